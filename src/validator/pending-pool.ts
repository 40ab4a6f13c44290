import { apiError } from '../api/index.js'
import type { Hash } from '../feeds/index.js'
import type { Application, ResultCode } from '../protocol/index.js'
import { assert } from '../util/index.js'

/** Bounds of what a validator holds for its clients before it says `overloaded`. */
export interface PendingLimits {
  readonly transactions: number
  readonly bytes: number
  /** Transactions of one account, where the application says whose they are. */
  readonly perSubmitter: number
  /** What clients are told to wait. */
  readonly retryAfterSeconds: number
}

/**
 * About one full block each: the first submission after a block runs all that is pending again, on the new state, so
 * more would cost every block more than it gains.
 */
export const DEFAULT_PENDING_LIMITS: PendingLimits = Object.freeze({
  transactions: 2048,
  bytes: 4 * 1024 * 1024,
  perSubmitter: 1536,
  retryAfterSeconds: 1,
})

interface Pending {
  readonly bytes: Uint8Array
  readonly submitter: string | null
  /** Of its message in the own lane; null while it is not published. */
  sequence: number | null
}

/**
 * Own transactions on their way into a block, in lane order, and the state that they lead to. A new transaction is
 * checked on that state, so that a client can send one nonce after the other without waiting for blocks. Nothing
 * depends on its exactness: blocks are executed on their own states.
 */
export class PendingPool<State> {
  readonly #pending = new Map<Hash, Pending>()
  readonly #perSubmitter = new Map<string, number>()
  #bytes = 0
  /** The state after everything pending, on the executed state of `height`; null to be made again. */
  #overlay: { readonly height: number; readonly state: State } | null = null

  constructor(
    private readonly application: Application<State>,
    private readonly latest: () => { readonly height: number; readonly state: State },
    private readonly limits: PendingLimits,
  ) {}

  get count(): number {
    return this.#pending.size
  }

  get bytes(): number {
    return this.#bytes
  }

  /** @throws CodedError `overloaded` if these bytes do not fit any more, or no more of their submitter. */
  requireRoom(bytes: Uint8Array): void {
    const { limits } = this
    const hasRoom = this.#pending.size < limits.transactions && this.#bytes + bytes.length <= limits.bytes
    if (hasRoom && this.#countOf(this.#submitterOf(bytes)) < limits.perSubmitter) return
    const { retryAfterSeconds } = limits
    throw apiError('overloaded', { pending: this.#pending.size, retryAfterSeconds })
  }

  /** Takes a transaction that would be executed after everything pending; else returns why not. */
  admit(hash: Hash, bytes: Uint8Array): ResultCode {
    assert(!this.#pending.has(hash), 'a transaction is pending once')
    const overlay = this.overlay()
    const height = overlay.height + 1
    const code = this.application.check(overlay.state, bytes, height)
    if (code !== 0) return code
    const { state, codes } = this.application.execute(overlay.state, [bytes], height)
    if (codes[0] !== 0) return codes[0] ?? 0
    this.#add(hash, bytes, null)
    this.#overlay = { height: overlay.height, state }
    return 0
  }

  /** It became durable in the message of this sequence. Nothing new if a block has executed it meanwhile. */
  placed(hash: Hash, sequence: number): void {
    const known = this.#pending.get(hash)
    if (known) known.sequence = sequence
  }

  /** A message of the own lane was read: of what was admitted here just now, or before a restart. */
  read(hash: Hash, bytes: Uint8Array, sequence: number): void {
    if (this.#pending.has(hash)) return this.placed(hash, sequence)
    this.#add(hash, bytes, sequence)
    this.#overlay = null
  }

  /** What could not be published leads nowhere. */
  drop(hashes: readonly Hash[]): void {
    for (const hash of hashes) this.#remove(hash)
    this.#overlay = null
  }

  /** The own lane never advances again. */
  clear(): void {
    this.drop([...this.#pending.keys()])
  }

  /** A block took the own lane up to here. */
  executed(sequence: number): void {
    for (const [hash, pending] of this.#pending) {
      if (pending.sequence === null || pending.sequence > sequence) break
      this.#remove(hash)
    }
  }

  /** The executed state with everything pending on top. */
  overlay(): { readonly height: number; readonly state: State } {
    const { height, state } = this.latest()
    if (this.#overlay?.height === height) return this.#overlay
    const waiting = [...this.#pending.values()].map(({ bytes }) => bytes)
    this.#overlay = { height, state: this.application.execute(state, waiting, height + 1).state }
    return this.#overlay
  }

  #add(hash: Hash, bytes: Uint8Array, sequence: number | null): void {
    const submitter = this.#submitterOf(bytes)
    this.#pending.set(hash, { bytes, submitter, sequence })
    this.#bytes += bytes.length
    if (submitter !== null) this.#perSubmitter.set(submitter, this.#countOf(submitter) + 1)
  }

  #remove(hash: Hash): void {
    const pending = this.#pending.get(hash)
    if (!pending) return
    this.#pending.delete(hash)
    this.#bytes -= pending.bytes.length
    const { submitter } = pending
    if (submitter === null) return
    const left = this.#countOf(submitter) - 1
    if (left > 0) this.#perSubmitter.set(submitter, left)
    else this.#perSubmitter.delete(submitter)
  }

  #submitterOf(bytes: Uint8Array): string | null {
    return this.application.submitter?.(bytes) ?? null
  }

  #countOf(submitter: string | null): number {
    return submitter === null ? 0 : (this.#perSubmitter.get(submitter) ?? 0)
  }
}
