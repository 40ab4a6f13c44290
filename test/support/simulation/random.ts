import { createHash } from 'node:crypto'

/**
 * The only source of chance in a simulation: sfc32, seeded by text. Streams fork by name, so that a new fault
 * draws from a stream of its own and leaves the draws of all others, and with them old seeds, as they were.
 */
export class Random {
  readonly #seed: string
  #a: number
  #b: number
  #c: number
  #counter: number

  constructor(seed: string) {
    this.#seed = seed
    const words = createHash('sha256').update(seed).digest()
    this.#a = words.readUInt32LE(0)
    this.#b = words.readUInt32LE(4)
    this.#c = words.readUInt32LE(8)
    this.#counter = 1
  }

  fork(name: string): Random {
    return new Random(`${this.#seed}/${name}`)
  }

  /** An unsigned integer of 32 bits. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** At least 0, below 1. */
  fraction(): number {
    return this.next() / 2 ** 32
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  /** An integer, both ends included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1))
  }

  /** A real number, evenly spread. */
  between(low: number, high: number): number {
    return low + this.fraction() * (high - low)
  }

  /** A real number of this mean, most of them small and a few large, as delays are. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.fraction())
  }

  /** @throws RangeError if there is nothing to choose from. */
  pick<T>(choices: readonly T[]): T {
    const chosen = choices[this.integer(0, choices.length - 1)]
    if (chosen === undefined) throw new RangeError('nothing to pick from')
    return chosen
  }

  /** `count` of them, all different, in a random order. */
  sample<T>(choices: readonly T[], count: number): T[] {
    const rest = [...choices]
    return Array.from({ length: Math.min(count, rest.length) }, () => {
      const [chosen] = rest.splice(this.integer(0, rest.length - 1), 1)
      return chosen as T
    })
  }

  bytes(size: number): Uint8Array {
    return Uint8Array.from({ length: size }, () => this.next() & 0xff)
  }
}
