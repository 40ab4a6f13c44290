import { MESSAGENODE_MANNERS, VALIDATOR_MANNERS } from '../behaviour.js'
import type { Fault } from './fault.js'

/** Nodes that break the rules from the beginning to the end: no more than the protocol tolerates. */
export const treason = (names: readonly string[]): Fault => ({
  name: 'treason',
  install(world) {
    const random = world.random.fork('treason')
    for (const node of world.nodes.filter(({ name }) => names.includes(name))) {
      const manner = random.pick(node.isValidator ? VALIDATOR_MANNERS : MESSAGENODE_MANNERS)
      const favourite = random.pick(world.fabric.neighbours(node))
      node.behaviour = manner(node, favourite, world.cast.network, random.fork(node.name))
    }
  },
})
