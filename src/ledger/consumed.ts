import type { Hash } from '../feeds/index.js'
import { hashBytes, sha256, tagged } from '../feeds/index.js'
import { concat, owned, u32, u64 } from '../util/index.js'
import type { Trie } from './trie.js'
import { find, insert, leaves } from './trie.js'

/**
 * Which transactions were consumed, success or failure (protocol section 3), one bucket per `validUntil` height.
 * A bucket is dropped once its height has passed, since its transactions are expired then anyway; and nothing is
 * consumed that is valid for longer than the chain allows. So there are never more than `transactionLifetime + 1`
 * buckets, and memory is bounded by what the blocks of one lifetime hold. The state map has one leaf per bucket,
 * not one per transaction.
 */
export interface Bucket {
  readonly count: number
  /** Commits to the hashes in the order of their consumption: `H(running hash before | transaction hash)`. */
  readonly running: Uint8Array
  /** Transaction hash to its place in that order. */
  readonly places: Trie<number>
}

/** `validUntil` height to its bucket. */
export type Consumed = ReadonlyMap<number, Bucket>

export const EMPTY_BUCKET: Bucket = Object.freeze({ count: 0, running: new Uint8Array(32), places: null })

export const hasConsumed = (bucket: Bucket, hash: Hash): boolean => find(bucket.places, hash) !== undefined

/** The bucket with one hash more, which it must not contain yet. */
export const consume = ({ count, running, places }: Bucket, hash: Hash): Bucket => ({
  count: count + 1,
  running: owned(sha256(concat(running, hashBytes(hash)))),
  places: insert(places, hash, count),
})

/** Transaction hashes in the order of their consumption. */
export const consumedHashes = (bucket: Bucket): readonly Hash[] => {
  const hashes: Hash[] = []
  for (const { path, value } of leaves(bucket.places)) hashes[value] = path
  return hashes
}

/** Key of the bucket's leaf in the state map: `"bf/consumed/v1" | u64 height`. */
export const bucketKey = (height: number): Uint8Array => tagged('bf/consumed/v1', u64(height))

/** `u32 count | 32 B running hash` */
export const encodeBucket = ({ count, running }: Bucket): Uint8Array => concat(u32(count), running)
