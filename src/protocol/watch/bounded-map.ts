/** A map that forgets what was put in first. */
export class BoundedMap<Key, Value> {
  readonly #entries = new Map<Key, Value>()

  constructor(
    private readonly limit: number,
    private readonly onForget: (key: Key, value: Value) => void = () => {},
  ) {}

  get(key: Key): Value | undefined {
    return this.#entries.get(key)
  }

  /** A key that is there already keeps its age. */
  set(key: Key, value: Value): void {
    this.#entries.set(key, value)
    const [oldest] = this.#entries
    if (this.#entries.size <= this.limit || oldest === undefined) return
    this.#entries.delete(oldest[0])
    this.onForget(...oldest)
  }

  delete(key: Key): void {
    this.#entries.delete(key)
  }

  entries(): IterableIterator<[Key, Value]> {
    return this.#entries.entries()
  }

  get size(): number {
    return this.#entries.size
  }
}
