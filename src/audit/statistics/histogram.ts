/** Whole numbers below this have a bucket each; above, every doubling is parted into half as many. */
const EXACT = 64
const PARTS = EXACT / 2

/** A distribution in few words: what is measured keeps its unit. */
export interface Summary {
  readonly count: number
  /** Values below zero, which are in no other number: clocks that disagree, or an effect that was seen first. */
  readonly negative: number
  readonly p25: number | null
  readonly p50: number | null
  readonly p75: number | null
  readonly p90: number | null
  readonly p99: number | null
  readonly max: number | null
}

/** A summary, with the buckets that are not empty: least value, and how many. */
export interface Distribution extends Summary {
  readonly buckets: readonly (readonly [least: number, count: number])[]
}

/**
 * A distribution in bounded memory: some thousand buckets whatever is put in. A quantile is the least value of its
 * bucket: exact below 64, at most 1/32 too low above.
 */
export class Histogram {
  readonly #buckets = new Map<number, number>()
  #count = 0
  #negative = 0
  #max = 0

  add(value: number, times = 1): void {
    if (value < 0) {
      this.#negative += times
      return
    }
    const bucket = bucketOf(Math.floor(value))
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + times)
    this.#count += times
    this.#max = Math.max(this.#max, value)
  }

  summary(): Summary {
    const [p25, p50, p75, p90, p99] = this.#quantiles([0.25, 0.5, 0.75, 0.9, 0.99])
    const max = this.#count === 0 ? null : this.#max
    const some = { p25: p25 ?? null, p50: p50 ?? null, p75: p75 ?? null, p90: p90 ?? null, p99: p99 ?? null }
    return { count: this.#count, negative: this.#negative, ...some, max }
  }

  distribution(): Distribution {
    return {
      ...this.summary(),
      buckets: this.#sorted().map(([bucket, count]) => [leastOf(bucket), count] as const),
    }
  }

  #sorted(): readonly (readonly [number, number])[] {
    return [...this.#buckets].sort(([a], [b]) => a - b)
  }

  /** By nearest rank; of ascending shares. */
  #quantiles(shares: readonly number[]): readonly number[] {
    const found: number[] = []
    let seen = 0
    for (const [bucket, count] of this.#sorted()) {
      seen += count
      while (found.length < shares.length && seen >= Math.ceil((shares[found.length] ?? 1) * this.#count)) {
        found.push(leastOf(bucket))
      }
    }
    return found
  }
}

const bucketOf = (value: number): number => {
  if (value < EXACT) return value
  const doublings = Math.floor(Math.log2(value / PARTS))
  const width = 2 ** doublings
  return doublings * PARTS + Math.floor(value / width)
}

const leastOf = (bucket: number): number => {
  if (bucket < EXACT) return bucket
  const doublings = Math.floor(bucket / PARTS) - 1
  return (bucket - doublings * PARTS) * 2 ** doublings
}
