import type { Circumstances, Manner } from '../behaviour.js'
import { MESSAGENODE_MANNERS, VALIDATOR_MANNERS } from '../manners/index.js'
import type { SimulatedNode } from '../node.js'
import type { Random } from '../random.js'
import type { World } from '../world.js'
import type { Fault } from './fault.js'

/** Nodes that break the rules from the beginning to the end: no more than the protocol tolerates. */
export const treason = (names: readonly string[]): Fault => ({
  name: 'treason',
  install(world) {
    const random = world.random.fork('treason')
    for (const node of world.nodes.filter(({ name }) => names.includes(name))) {
      const manners = node.isValidator ? VALIDATOR_MANNERS : MESSAGENODE_MANNERS
      betray(node, random.pick(Object.values(manners)), world, random)
    }
  },
})

/** One node that breaks the rules in one way. */
export const treasonOf = (name: string, manner: Manner): Fault => ({
  name: `treason of ${name}`,
  install(world) {
    const node = world.nodes.find((candidate) => candidate.name === name)
    if (!node) throw new RangeError(`no node ${name}`)
    betray(node, manner, world, world.random.fork(`treason of ${name}`))
  },
})

const betray = (self: SimulatedNode, manner: Manner, world: World, random: Random): void => {
  const favourite = random.pick(world.fabric.neighbours(self))
  const circumstances: Circumstances = { self, favourite, world, random: random.fork(self.name) }
  self.behaviour = manner(circumstances)
}
