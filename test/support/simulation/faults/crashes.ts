import type { Millis } from '../../../../src/protocol/index.js'
import type { SimulatedNode } from '../node.js'
import type { World } from '../world.js'
import type { Fault } from './fault.js'

/** Nodes that lose everything but their disk at a random moment and come back some time later. */
export const crashes = (count: number): Fault => ({
  name: 'crashes',
  install(world, untilMs) {
    const random = world.random.fork('crashes')
    for (let crash = 0; crash < count; crash++) {
      const node = random.pick(world.nodes)
      const at = random.between(0, untilMs * 0.8)
      const downMs = Math.min(untilMs - at, random.exponential(untilMs / 5))
      world.schedule.after(at, () => crashFor(world, node, downMs))
    }
  },
})

/**
 * Crashes at any append: with the record half written, with it durable but shown to nobody, or when some peers have
 * it and others do not.
 */
export const crashesAtAppends = (probability: number, most: number): Fault => ({
  name: 'crashes at appends',
  install(world, untilMs) {
    const random = world.random.fork('crashes at appends')
    let left = most
    world.observe({
      writing(node, _message, durableAt) {
        const { now } = world.schedule
        if (left === 0 || now > untilMs * 0.8 || !random.chance(probability)) return
        left--
        const downMs = Math.min(untilMs * 0.15, random.exponential(300))
        const writesMs = durableAt - now
        const crash = (): void => crashFor(world, node, downMs)
        switch (random.integer(0, 2)) {
          case 0:
            world.schedule.after(random.between(0, writesMs), crash)
            break
          case 1:
            // Behind the write, which is put on the schedule once this returns.
            world.schedule.after(0, () => world.schedule.after(writesMs, crash))
            break
          default:
            world.schedule.after(writesMs + random.exponential(3), crash)
        }
      },
    })
  },
})

/** Everyone at once, as when the power goes; everyone comes back at a time of its own. */
export const blackout: Fault = {
  name: 'blackout',
  install(world, untilMs) {
    const random = world.random.fork('blackout')
    const at = random.between(untilMs * 0.1, untilMs * 0.7)
    for (const node of world.nodes) {
      const downMs = random.between(0, untilMs * 0.2)
      world.schedule.after(at, () => crashFor(world, node, downMs))
    }
  },
}

/** Nodes that go down and never come back: no more than the protocol tolerates. */
export const deaths = (names: readonly string[]): Fault => ({
  name: 'deaths',
  install(world, untilMs) {
    const random = world.random.fork('deaths')
    for (const node of world.nodes.filter(({ name }) => names.includes(name))) {
      world.schedule.after(random.between(0, untilMs), () => {
        node.bury()
      })
    }
  },
})

const crashFor = (world: World, node: SimulatedNode, downMs: Millis): void => {
  if (!node.isUp) return
  node.crash()
  world.schedule.after(downMs, () => {
    if (!node.isUp && !node.isBuried) node.boot()
  })
}
