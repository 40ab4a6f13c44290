import type { ChainParameters } from '../roles/index.js'
import type { Millis } from './step.js'

/** How many recent blocks the timeout looks back on. */
const SAMPLES = 8

/** `T = clamp(Tmin, Tmax, 3 x median of the last 8 durations)`: section 5. */
export const baseTimeout = (
  durations: readonly Millis[],
  { minMs, maxMs, initialMs }: ChainParameters['roundTimeout'],
): Millis => {
  const typical = median(durations)
  return typical === undefined ? initialMs : Math.min(maxMs, Math.max(minMs, 3 * typical))
}

/** `T(h,r) = T (1 + r/2)`. */
export const roundTimeout = (base: Millis, round: number): Millis => base * (1 + round / 2)

/** The newest durations, the given one among them. A maximum would never come down again; a median does. */
export const withDuration = (durations: readonly Millis[], duration: Millis): readonly Millis[] =>
  [...durations, duration].slice(-SAMPLES)

const median = (values: readonly Millis[]): Millis | undefined =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
