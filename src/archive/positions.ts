const PAGE_SIZE = 64
const PAGE_POSITIONS = PAGE_SIZE * 8

/** A set of positions in a log. It takes memory for those that it was given, however large they are. */
export class PositionSet {
  readonly #pages = new Map<number, Uint8Array>()
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Whether it was not there before. */
  add(position: number): boolean {
    const place = position % PAGE_POSITIONS
    const page = this.#page((position - place) / PAGE_POSITIONS)
    const bit = 1 << (place % 8)
    const byte = page[place >> 3] ?? 0
    if (byte & bit) return false
    page[place >> 3] = byte | bit
    this.#size++
    return true
  }

  #page(number: number): Uint8Array {
    const known = this.#pages.get(number)
    if (known) return known
    const page = new Uint8Array(PAGE_SIZE)
    this.#pages.set(number, page)
    return page
  }
}
