const FIRST = 256

/** Whole numbers below 2^32, one after the other, in four bytes each. */
export class Numbers {
  #values = new Uint32Array(FIRST)
  #length = 0

  get length(): number {
    return this.#length
  }

  at(place: number): number | undefined {
    return place < 0 || place >= this.#length ? undefined : this.#values[place]
  }

  /** All of them, in memory of their own. */
  all(): Uint32Array {
    return this.#values.slice(0, this.#length)
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Uint32Array(this.#length * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.#length++] = value
  }
}
