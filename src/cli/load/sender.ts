import type { Client } from '../../client/index.js'
import { ACCOUNT_ANSWER, signRecord, signTransfer, transactionHash } from '../../ledger/index.js'
import type { Hash } from '../../feeds/index.js'
import type { Network } from '../../roles/index.js'
import { CodedError, isCoded, utf8 } from '../../util/index.js'
import { Check } from 'typebox/value'
import type { AccountKey } from '../account-key.js'

/**
 * One account that sends through one validator: nonces are settled where the account's transactions wait, so the
 * same account must not go through two validators at once.
 */
export class Sender {
  #nonce: bigint | null = null
  #height = 0
  /** No attempt before this time, after a refusal or while the validator is away. */
  #resumeAtMs = 0
  #due = 0
  #sending = false
  #sent = 0

  constructor(private readonly options: SenderOptions) {}

  /**
   * Owes the network `count` transactions more, and sends what is owed unless it is sending already: batches that
   * overtook each other would break the order of nonces. Never rejects for the network's faults.
   */
  async send(count: number): Promise<void> {
    this.#due = Math.min(this.#due + count, DUE_LIMIT)
    if (this.#sending) return
    this.#sending = true
    try {
      while (this.#due > 0 && this.options.now() >= this.#resumeAtMs) await this.#sendBatch()
    } finally {
      this.#sending = false
    }
  }

  async #sendBatch(): Promise<void> {
    const { client, now, onSent, onRefused } = this.options
    try {
      if (this.#nonce === null) await this.#synchronize()
      const batch = Array.from({ length: Math.min(this.#due, BATCH_LIMIT) }, () => this.#next())
      this.#due -= batch.length
      const at = now()
      for (const bytes of batch) onSent(transactionHash(bytes), at)
      const { results } = await client.submitBatch(batch)
      for (const [index, result] of results.entries()) {
        const bytes = batch[index]
        if (bytes === undefined || 'status' in result) continue
        onRefused(transactionHash(bytes), result.error.code)
        this.#pauseFor(REFUSED_PAUSE_MS)
      }
    } catch (error) {
      if (!isCoded(error)) throw error
      // Whether the batch arrived is unknown; the next nonce tells.
      this.#pauseFor(UNREACHABLE_PAUSE_MS)
    }
  }

  sawHeight(height: number): void {
    this.#height = Math.max(this.#height, height)
  }

  #pauseFor(durationMs: number): void {
    this.#nonce = null
    this.#resumeAtMs = this.options.now() + durationMs
  }

  async #synchronize(): Promise<void> {
    const { client, key } = this.options
    const { height, answer } = await client.account(key.account, { pending: true })
    if (!Check(ACCOUNT_ANSWER, answer)) {
      throw new CodedError('malformed-answer', 'the validator runs another application than the STORE ledger')
    }
    this.#nonce ??= BigInt(answer.nonce)
    this.sawHeight(height)
  }

  /** Mostly transfers, and every fourth time a record. */
  #next(): Uint8Array {
    const { key, network, receivers } = this.options
    const { chainId, parameters } = network
    const number = this.#sent++
    const nonce = this.#nonce ?? 0n
    this.#nonce = nonce + 1n
    const header = {
      from: key.account,
      nonce,
      validUntil: BigInt(this.#height + Math.min(VALID_FOR_BLOCKS, parameters.transactionLifetime)),
      fee: parameters.fees.minimum,
    }
    const to = receivers[number % receivers.length]
    if (number % 4 === 3 || to === undefined) {
      return signRecord(chainId, { ...header, data: utf8(`record ${nonce} of ${key.account}`) }, key.sign)
    }
    return signTransfer(chainId, { ...header, to, amount: 1n + (nonce % 100n) }, key.sign)
  }
}

const BATCH_LIMIT = 256
/** Owed at most, so that a validator that was away is not flooded when it is back. */
const DUE_LIMIT = 1024
const VALID_FOR_BLOCKS = 1000
const REFUSED_PAUSE_MS = 500
const UNREACHABLE_PAUSE_MS = 1000

export interface SenderOptions {
  /** Of one validator. */
  readonly client: Client
  readonly key: AccountKey
  readonly network: Network
  /** Accounts that transfers go to, in turn. */
  readonly receivers: readonly AccountKey['account'][]
  /** Milliseconds, monotonic. */
  readonly now: () => number
  readonly onSent: (hash: Hash, atMs: number) => void
  readonly onRefused: (hash: Hash, code: string) => void
}
