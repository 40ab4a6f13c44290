import { sha256 } from '../../feeds/index.js'
import type { Verify } from '../../protocol/index.js'
import { concat } from '../../util/index.js'
import type { Numbers } from './numbers.js'

const KEY_SIZE = 32
const SIGNATURE_SIZE = 64
/** Words of a name: 128 bits of a hash with a secret, so that nobody can look for two signatures of one name. */
const NAME_WORDS = 4
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
  /** Of the signature that is asked about: written over by the next. */
  readonly #name = new Uint32Array(NAME_WORDS)

  constructor(
    private readonly check: Verify,
    /** 32 random bytes. Those who exchange names share it, and tell nobody else. */
    readonly secret: Uint8Array,
    private readonly limit = NAMES_KEPT,
  ) {}

  readonly verify: Verify = (...signature) => this.#verify(signature, null)

  /** The same, which also notes the names of what it verified: nothing keeps them but `news`. */
  noting(news: Numbers): Verify {
    return (...signature) => this.#verify(signature, news)
  }

  /** Takes what another memory with the same secret has noted. */
  learn(news: Uint32Array): void {
    for (let start = 0; start < news.length; start += NAME_WORDS) {
      this.#add(news.subarray(start, start + NAME_WORDS))
    }
  }

  #verify([publicKey, bytes, signature]: Parameters<Verify>, news: Numbers | null): boolean {
    // Of other sizes, two triples could run together into one name.
    if (publicKey.length !== KEY_SIZE || signature.length !== SIGNATURE_SIZE) return false
    const name = this.#name
    writeName(name, sha256(concat(this.secret, publicKey, signature, bytes)))
    if (this.#young.has(name) || this.#old.has(name)) return true
    if (!this.check(publicKey, bytes, signature)) return false
    this.#add(name)
    if (news) for (const word of name) news.push(word)
    return true
  }

  #add(name: Uint32Array): void {
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

  has(name: Uint32Array): boolean {
    return this.#words[this.#slotOf(name)] !== 0
  }

  add(name: Uint32Array): void {
    if (2 * NAME_WORDS * (this.#size + 1) > this.#words.length) this.#grow()
    this.#put(name)
  }

  #put(name: Uint32Array): void {
    const slot = this.#slotOf(name)
    if (this.#words[slot] === 0) this.#size++
    this.#words.set(name, slot)
  }

  #slotOf(name: Uint32Array): number {
    const slots = this.#words.length / NAME_WORDS
    let slot = (name[0] ?? 0) & (slots - 1)
    for (;;) {
      const at = slot * NAME_WORDS
      if (this.#words[at] === 0 || this.#isAt(at, name)) return at
      slot = (slot + 1) & (slots - 1)
    }
  }

  #isAt(at: number, name: Uint32Array): boolean {
    for (let word = 0; word < NAME_WORDS; word++) if (this.#words[at + word] !== name[word]) return false
    return true
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
const writeName = (name: Uint32Array, digest: Uint8Array): void => {
  for (let word = 0; word < NAME_WORDS; word++) {
    const at = 4 * word
    name[word] =
      (digest[at] ?? 0) |
      ((digest[at + 1] ?? 0) << 8) |
      ((digest[at + 2] ?? 0) << 16) |
      ((digest[at + 3] ?? 0) << 24)
  }
  name[0] = (name[0] ?? 0) | 1
}
