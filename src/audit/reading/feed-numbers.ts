import { Numbers } from './numbers.js'

/** A number for each message of a feed, by sequence, from the first one that was noted. */
export class FeedNumbers {
  readonly #numbers = new Numbers()

  constructor(private readonly first: number) {}

  /** Last sequence that was noted. */
  get last(): number {
    return this.first + this.#numbers.length - 1
  }

  at(sequence: number): number | undefined {
    return this.#numbers.at(sequence - this.first)
  }

  /** Whatever is not next is left out: another branch, or once more the same. */
  note(sequence: number, value: number): void {
    if (sequence === this.last + 1) this.#numbers.push(value)
  }

  *entries(): Generator<readonly [sequence: number, value: number]> {
    for (let sequence = this.first; sequence <= this.last; sequence++)
      yield [sequence, this.at(sequence) ?? 0]
  }
}
