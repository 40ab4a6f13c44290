/** A window over the newest measurements, and what it says of them. */
export class Latencies {
  readonly #values: number[] = []

  constructor(private readonly windowSize: number) {}

  add(...milliseconds: readonly number[]): void {
    this.#values.push(...milliseconds)
    if (this.#values.length > this.windowSize) this.#values.splice(0, this.#values.length - this.windowSize)
  }

  get summary(): LatencySummary | null {
    return summarize(this.#values)
  }
}

export interface LatencySummary {
  readonly count: number
  readonly p50Ms: number
  readonly p90Ms: number
  readonly p99Ms: number
}

/** Null for no values at all. */
export const summarize = (values: readonly number[]): LatencySummary | null => {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number): number => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
    return Math.round(value * 10) / 10
  }
  return sorted.length === 0
    ? null
    : { count: sorted.length, p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99) }
}
