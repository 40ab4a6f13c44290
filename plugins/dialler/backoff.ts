/** Bounded exponential backoff with jitter: a Messagenode that comes back is not met by all its peers at once. */
export interface Backoff {
  readonly initialMs: number
  readonly maxMs: number
}

export const DEFAULT_BACKOFF: Backoff = { initialMs: 100, maxMs: 10_000 }

/**
 * Milliseconds to wait before dialling again.
 *
 * @param failures dials that failed in a row, at least 1.
 * @param random in [0, 1): takes the delay between half and all of its bound.
 */
export const backoffMs = ({ initialMs, maxMs }: Backoff, failures: number, random: number): number => {
  const bound = Math.min(maxMs, initialMs * 2 ** Math.min(failures - 1, 30))
  return bound / 2 + (bound / 2) * random
}
