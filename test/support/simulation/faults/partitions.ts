import type { SimulatedNode } from '../node.js'
import type { World } from '../world.js'
import type { Fault } from './fault.js'

/** Cuts the network in two, or a node off, or single links, again and again; every cut heals in the end. */
export const partitions = (count: number): Fault => ({
  name: 'partitions',
  install(world, untilMs) {
    const random = world.random.fork('partitions')
    for (let partition = 0; partition < count; partition++) {
      const from = random.between(0, untilMs * 0.9)
      const until = Math.min(untilMs, from + random.exponential(untilMs / 4))
      const links = random.pick([inTwo, oneNode, someLinks])()
      const description = links.map(([a, b]) => `${a.name}-${b.name}`).join(' ')
      world.schedule.after(from, () => {
        for (const [a, b] of links) world.fabric.cut(a, b)
        world.notify((observer) => observer.partitioned?.(description))
      })
      world.schedule.after(until, () => {
        for (const [a, b] of links) world.fabric.heal(a, b)
        world.notify((observer) => observer.healed?.(description))
      })
    }

    function inTwo(): readonly Pair[] {
      const one = new Set(world.nodes.filter(() => random.chance(0.5)))
      return linksOf(world).filter(([a, b]) => one.has(a) !== one.has(b))
    }

    function oneNode(): readonly Pair[] {
      const node = random.pick(world.nodes)
      return linksOf(world).filter((pair) => pair.includes(node))
    }

    function someLinks(): readonly Pair[] {
      const share = random.fraction()
      return linksOf(world).filter(() => random.chance(share))
    }
  },
})

type Pair = readonly [SimulatedNode, SimulatedNode]

const linksOf = ({ nodes, fabric }: World): readonly Pair[] =>
  nodes.flatMap((a) =>
    fabric
      .neighbours(a)
      .filter((b) => a.name < b.name)
      .map((b): Pair => [a, b]),
  )
