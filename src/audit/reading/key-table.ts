import { type MessageKey, messageKeyBytes, messageKeyOf } from '../../feeds/index.js'

const KEY_SIZE = 32
const FIRST_ROWS = 1024
/** Slots for each row, so that the next free one is never far. */
const SLOTS_PER_ROW = 2

/**
 * Message keys, each with the number of its row, from 0: 40 bytes a key, where a map of strings takes four times as
 * much. Keys are found by words of their hash, mixed with numbers that nobody outside knows, so that no author can make
 * many fall on one slot.
 */
export class KeyTable {
  #keys = new Uint8Array(FIRST_ROWS * KEY_SIZE)
  /** Row + 1; 0 where none is. */
  #slots = new Uint32Array(FIRST_ROWS * SLOTS_PER_ROW)
  readonly #secret = crypto.getRandomValues(new Uint32Array(2))
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Its row; undefined if it is not here. */
  rowOf(key: MessageKey): number | undefined {
    const row = this.#slots[this.#slotOf(messageKeyBytes(key))] ?? 0
    return row === 0 ? undefined : row - 1
  }

  /** Adds a key that is not here, and gives its row. */
  add(key: MessageKey): number {
    if ((this.#size + 1) * KEY_SIZE > this.#keys.length) this.#grow()
    const bytes = messageKeyBytes(key)
    this.#keys.set(bytes, this.#size * KEY_SIZE)
    this.#slots[this.#slotOf(bytes)] = this.#size + 1
    return this.#size++
  }

  keyAt(row: number): MessageKey {
    return messageKeyOf(this.#bytesAt(row))
  }

  #bytesAt(row: number): Uint8Array {
    return this.#keys.subarray(row * KEY_SIZE, (row + 1) * KEY_SIZE)
  }

  /** Where this key is, or would be put. */
  #slotOf(bytes: Uint8Array): number {
    const mask = this.#slots.length - 1
    let slot = this.#mixed(bytes) & mask
    for (;;) {
      const row = this.#slots[slot] ?? 0
      if (row === 0 || this.#isAt(row - 1, bytes)) return slot
      slot = (slot + 1) & mask
    }
  }

  #isAt(row: number, bytes: Uint8Array): boolean {
    const start = row * KEY_SIZE
    for (let index = 0; index < KEY_SIZE; index++) {
      if (this.#keys[start + index] !== bytes[index]) return false
    }
    return true
  }

  #mixed(bytes: Uint8Array): number {
    const [a = 0, b = 0] = this.#secret
    let mixed = a
    for (let index = 0; index < KEY_SIZE; index += 4) {
      const word =
        (bytes[index] ?? 0) |
        ((bytes[index + 1] ?? 0) << 8) |
        ((bytes[index + 2] ?? 0) << 16) |
        ((bytes[index + 3] ?? 0) << 24)
      mixed = Math.imul(mixed ^ word, b | 1)
      mixed ^= mixed >>> 15
    }
    return mixed >>> 0
  }

  #grow(): void {
    const keys = new Uint8Array(this.#keys.length * 2)
    keys.set(this.#keys)
    this.#keys = keys
    this.#slots = new Uint32Array(this.#slots.length * 2)
    for (let row = 0; row < this.#size; row++) this.#slots[this.#slotOf(this.#bytesAt(row))] = row + 1
  }
}
