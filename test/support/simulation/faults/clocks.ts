import type { Fault } from './fault.js'

const DAY_MS = 86_400_000

/**
 * Clocks that somebody sets, forward and back, by milliseconds or by days. Timestamps still have to grow within a
 * feed (protocol section 2). A monotonic clock cannot be set, but leaps ahead when a machine was suspended; cores use
 * differences of it only.
 */
export const clockJumps = (count: number): Fault => ({
  name: 'clock jumps',
  install(world, untilMs) {
    const random = world.random.fork('clock jumps')
    for (let jump = 0; jump < count; jump++) {
      const node = random.pick(world.nodes)
      const byMs = Math.floor(random.between(-1, 1) * random.pick([100, 10_000, DAY_MS]))
      const isMonotonic = byMs > 0 && random.chance(0.5)
      world.schedule.after(random.between(0, untilMs), () => node.setClock(byMs, isMonotonic))
    }
  },
})
