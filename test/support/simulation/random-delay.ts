import type { Millis } from '../../../src/protocol/index.js'
import type { Random } from './random.js'

/** A delay: never below `leastMs`, `meanMs` more on average, and now and then as late as a lost packet. */
export interface Delay {
  readonly leastMs: Millis
  readonly meanMs: Millis
  readonly lossProbability: number
  readonly lossMs: Millis
}

export const drawDelay = (delay: Delay, random: Random): Millis => {
  const extra = delay.meanMs > 0 ? random.exponential(delay.meanMs) : 0
  const lost = delay.lossProbability > 0 && random.chance(delay.lossProbability)
  return delay.leastMs + extra + (lost ? random.exponential(delay.lossMs) : 0)
}

/** The same delay every time. */
export const constantDelay = (leastMs: Millis): Delay => ({
  leastMs,
  meanMs: 0,
  lossProbability: 0,
  lossMs: 0,
})

export const slowedDelay = (delay: Delay, factor: number): Delay => ({
  ...delay,
  leastMs: delay.leastMs * factor,
  meanMs: delay.meanMs * factor,
})
