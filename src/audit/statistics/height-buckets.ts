/** Heights from `first` to `last`, and what was gathered over them. */
export interface HeightBucket<Value> {
  readonly first: number
  readonly last: number
  readonly value: Value
}

/** Most buckets: as many as a chart shows side by side. */
export const BUCKETS = 120

/**
 * Values over all heights in bounded memory: a bucket for each height at first, and each time that they are too many, two
 * neighbours become one. So every bucket but the last covers equally many heights.
 */
export class HeightBuckets<Value> {
  readonly #buckets: { first: number; last: number; value: Value }[] = []
  #width = 1

  /** `add` puts the second into the first. */
  constructor(
    private readonly add: (into: Value, more: Value) => void,
    private readonly most = BUCKETS,
  ) {}

  /** Takes the value of the next height. */
  take(height: number, value: Value): void {
    const last = this.#buckets.at(-1)
    if (last && last.last - last.first + 1 < this.#width) {
      this.add(last.value, value)
      last.last = height
      return
    }
    if (this.#buckets.length === this.most) {
      this.#halve()
      this.take(height, value)
    } else this.#buckets.push({ first: height, last: height, value })
  }

  all(): readonly HeightBucket<Value>[] {
    return this.#buckets
  }

  #halve(): void {
    this.#width *= 2
    const halved = this.#buckets.splice(0)
    for (let index = 0; index < halved.length; index += 2) {
      const [left, right] = halved.slice(index, index + 2)
      if (left && right) {
        this.add(left.value, right.value)
        left.last = right.last
      }
      if (left) this.#buckets.push(left)
    }
  }
}
