/** An insertion-ordered set of whole numbers below 2^53, 16 bytes an entry: millions of them in typed arrays. */
export class StateSet {
  #states = new Float64Array(1 << 12)
  /** Open addressing: position in `#states` plus one, 0 for none. */
  #slots = new Int32Array(1 << 13)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** The state that was added as number `position`. */
  at(position: number): number {
    const state = this.#states[position]
    if (state === undefined || position >= this.#size) throw new RangeError(`no state ${position}`)
    return state
  }

  has(state: number): boolean {
    return this.#slots[this.#slotOf(state)] !== 0
  }

  /** Adds a state; false if it stood there. */
  add(state: number): boolean {
    const slot = this.#slotOf(state)
    if (this.#slots[slot] !== 0) return false
    this.#states[this.#size++] = state
    this.#slots[slot] = this.#size
    if (this.#size === this.#states.length) this.#grow()
    return true
  }

  #slotOf(state: number): number {
    const mask = this.#slots.length - 1
    let slot = hashOf(state) & mask
    for (;;) {
      const position = this.#slots[slot] ?? 0
      if (position === 0 || this.#states[position - 1] === state) return slot
      slot = (slot + 1) & mask
    }
  }

  #grow(): void {
    const states = new Float64Array(this.#states.length * 2)
    states.set(this.#states)
    this.#states = states
    this.#slots = new Int32Array(states.length * 2)
    for (let position = 0; position < this.#size; position++) {
      this.#slots[this.#slotOf(states[position] ?? 0)] = position + 1
    }
  }
}

/** Mixes both halves of the number, whose low digits alone repeat too much. */
function hashOf(state: number): number {
  const high = Math.floor(state / 2 ** 32)
  let hash = Math.imul(state | 0, 0x9e3779b1) ^ Math.imul(high + 0x7f4a7c15, 0x85ebca6b)
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}
