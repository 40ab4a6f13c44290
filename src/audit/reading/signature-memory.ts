import { sha256 } from '../../feeds/index.js'
import type { Verify } from '../../protocol/index.js'
import { concat } from '../../util/index.js'

const KEY_SIZE = 32
const SIGNATURE_SIZE = 64
/** Words of a name: 128 bits of a hash with a secret, so that nobody can look for two signatures of one name. */
const NAME_WORDS = 4
const NAME_SIZE = 4 * NAME_WORDS
/** Names in each of two generations; the table has twice as many slots of 16 bytes. */
const NAMES_KEPT = 1 << 20
const FIRST_SLOTS = 1 << 12

/**
 * Signatures that were found good, so that each is verified once: when a vote is read, when it comes again in
 * certificates, and when its height is replayed. Some 64 MiB at most; of more, the oldest are forgotten and verified
 * again. What it says follows from its arguments alone.
 */
export class SignatureMemory {
  #young = new NameSet()
  #old = new NameSet()
  #news: Uint8Array[] = []

  constructor(
    private readonly check: Verify,
    /** 32 random bytes. Those who exchange names share it, and tell nobody else. */
    readonly secret: Uint8Array,
    private readonly limit = NAMES_KEPT,
  ) {}

  readonly verify: Verify = (publicKey, bytes, signature) => {
    // Of other sizes, two triples could run together into one name.
    if (publicKey.length !== KEY_SIZE || signature.length !== SIGNATURE_SIZE) return false
    const name = sha256(concat(this.secret, publicKey, signature, bytes)).subarray(0, NAME_SIZE)
    if (this.#young.has(name) || this.#old.has(name)) return true
    if (!this.check(publicKey, bytes, signature)) return false
    this.#add(name)
    this.#news.push(name)
    return true
  }

  /** Names of what was found good since this was asked last, one after the other. */
  takeNews(): Uint8Array {
    const news = concat(...this.#news)
    this.#news = []
    return news
  }

  /** Takes the news of another memory with the same secret. */
  learn(news: Uint8Array): void {
    for (let start = 0; start < news.length; start += NAME_SIZE) {
      this.#add(news.subarray(start, start + NAME_SIZE))
    }
  }

  #add(name: Uint8Array): void {
    if (this.#young.size >= this.limit) {
      this.#old = this.#young
      this.#young = new NameSet()
    }
    this.#young.add(name)
  }
}

/** Names in one block of memory. */
class NameSet {
  #words = new Uint32Array(FIRST_SLOTS * NAME_WORDS)
  #size = 0

  get size(): number {
    return this.#size
  }

  has(name: Uint8Array): boolean {
    return this.#words[this.#slotOf(wordsOf(name))] !== 0
  }

  add(name: Uint8Array): void {
    if (2 * NAME_WORDS * (this.#size + 1) > this.#words.length) this.#grow()
    this.#put(wordsOf(name))
  }

  #put(words: Uint32Array): void {
    const slot = this.#slotOf(words)
    if (this.#words[slot] === 0) this.#size++
    this.#words.set(words, slot)
  }

  #slotOf(words: Uint32Array): number {
    const slots = this.#words.length / NAME_WORDS
    let slot = (words[0] ?? 0) & (slots - 1)
    for (;;) {
      const at = slot * NAME_WORDS
      if (this.#words[at] === 0 || words.every((word, index) => word === this.#words[at + index])) return at
      slot = (slot + 1) & (slots - 1)
    }
  }

  #grow(): void {
    const before = this.#words
    this.#words = new Uint32Array(before.length * 2)
    this.#size = 0
    for (let at = 0; at < before.length; at += NAME_WORDS) {
      if (before[at] !== 0) this.#put(before.subarray(at, at + NAME_WORDS))
    }
  }
}

/** The first word is never 0, which marks an empty slot. */
const wordsOf = (name: Uint8Array): Uint32Array => {
  const words = new Uint32Array(NAME_WORDS)
  new Uint8Array(words.buffer).set(name)
  words[0] = (words[0] ?? 0) | 1
  return words
}
