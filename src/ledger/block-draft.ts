import type { Hash } from '../feeds/index.js'
import { assert } from '../util/index.js'
import type { Account, AccountId } from './account.js'
import type { Bucket } from './consumed.js'
import { bucketKey, consume, EMPTY_BUCKET, encodeBucket, hasConsumed } from './consumed.js'
import type { LedgerRules, LedgerState } from './state.js'
import { accountOf, withAccount, withFees } from './state.js'

/**
 * One block's changes over a state, which stays as it is: touched accounts and buckets are gathered here and
 * written to the map once each when the draft is closed. Drop a draft to undo it.
 */
export class BlockDraft {
  /** Collected so far, this block included. */
  fees: bigint

  readonly #accounts = new Map<AccountId, Account>()
  readonly #buckets = new Map<number, Bucket>()

  constructor(
    private readonly base: LedgerState,
    readonly height: number,
  ) {
    assert(Number.isSafeInteger(height) && height >= 0, 'a height is a whole number')
    this.fees = base.fees
  }

  get rules(): LedgerRules {
    return this.base.rules
  }

  account(id: AccountId): Account {
    return this.#accounts.get(id) ?? accountOf(this.base.map, id)
  }

  setAccount(id: AccountId, account: Account): void {
    this.#accounts.set(id, account)
  }

  /** Takes note of a transaction's hash. False, and nothing noted, if it was consumed before. */
  consume(validUntil: number, hash: Hash): boolean {
    const bucket = this.#buckets.get(validUntil) ?? this.base.consumed.get(validUntil) ?? EMPTY_BUCKET
    if (hasConsumed(bucket, hash)) return false
    this.#buckets.set(validUntil, consume(bucket, hash))
    return true
  }

  /** The state after the block. Buckets below its height go: their transactions are expired from now on. */
  close(): LedgerState {
    let map = this.fees === this.base.fees ? this.base.map : withFees(this.base.map, this.fees)
    for (const [id, account] of this.#accounts) map = withAccount(map, id, account)
    const consumed = new Map([...this.base.consumed, ...this.#buckets])
    for (const [height, bucket] of this.#buckets) map = map.set(bucketKey(height), encodeBucket(bucket))
    for (const height of consumed.keys()) {
      if (height >= this.height) continue
      map = map.delete(bucketKey(height))
      consumed.delete(height)
    }
    return { rules: this.rules, map, fees: this.fees, consumed }
  }
}
