/** How often something happened, of how many times that it could have. */
export interface Share {
  readonly trials: number
  readonly hits: number
}

export const rateOf = ({ trials, hits }: Share): number => (trials === 0 ? 0 : hits / trials)

/** Chance of at least so many hits in so many trials, each a hit with this probability. */
export const chanceOfAtLeast = ({ trials, hits }: Share, probability: number): number => {
  if (hits <= 0) return 1
  const [yes, no] = [Math.log(probability), Math.log1p(-probability)]
  let chance = 0
  // Of C(trials, k) the logarithm, built up from k = 0.
  let ways = 0
  for (let k = 0; k <= trials; k++) {
    if (k > 0) ways += Math.log((trials - k + 1) / k)
    if (k >= hits) chance += Math.exp(ways + k * yes + (trials - k) * no)
  }
  return Math.min(1, chance)
}

/** Bounds of a rate. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/** Normal deviate of 95 %. */
const DEVIATE = 1.959964

/** The interval of Wilson for a rate, at 95 %: true for one rate that was picked beforehand, not for the worst of many. */
export const wilson = ({ trials, hits }: Share): Interval => {
  if (trials === 0) return { low: 0, high: 1 }
  const square = DEVIATE ** 2
  const middle = (hits + square / 2) / (trials + square)
  const reach = (DEVIATE / (trials + square)) * Math.sqrt((hits * (trials - hits)) / trials + square / 4)
  return { low: Math.max(0, middle - reach), high: Math.min(1, middle + reach) }
}

/** Below this, and this far from the expectation, chance is no explanation; there is no other bound to tune. */
const CHANCE = 1e-9
const MARGIN = 0.3
const TRIALS_AT_LEAST = 32

/** Whether a share is far above what others' is; with the numbers that say so. */
export const compareShares = (
  own: Share,
  others: Share,
  floor: number,
): { readonly isFarAbove: boolean; readonly expected: number; readonly chance: number } => {
  // One hit and one miss are added, so that few trials of the others say little.
  const measured = (others.hits + 1) / (others.trials + 2)
  const expected = Math.min(0.99, Math.max(floor, measured, 0.01))
  const chance = chanceOfAtLeast(own, expected)
  const isFarAbove = own.trials >= TRIALS_AT_LEAST && rateOf(own) - expected >= MARGIN && chance < CHANCE
  return { isFarAbove, expected, chance }
}
