import { hashBytes, hashHex, tagged } from '../feeds/index.js'
import type { Network } from '../roles/index.js'
import { ByteReader, CodedError, compareBytes, equalBytes, u32, u64, utf8 } from '../util/index.js'
import type { AccountId } from './account.js'
import { accountBytes, accountIdOf, accountOfKey, isNoAccount } from './account.js'
import type { AuthenticatedMap } from './authenticated-map.js'
import type { Bucket } from './consumed.js'
import { bucketKey, consume, consumedHashes, EMPTY_BUCKET, encodeBucket, hasConsumed } from './consumed.js'
import type { LedgerState } from './state.js'
import { EMPTY_MAP, rulesOf, withAccount, withFees } from './state.js'

/**
 * The whole state as canonical bytes, one form for one state:
 *
 *     "bf/snapshot/v1" | 32 B chainId | u64 fees
 *     u32 accounts | each: 32 B public key | u64 balance | u64 nonce          ascending by public key
 *     u32 buckets  | each: u64 height | u32 hashes | 32 B each                ascending by height, in order consumed
 *
 * The rest of the map follows from these and the network file. A snapshot proves nothing by itself: whoever takes
 * one from a peer compares the root of what it restores with a sealed state root.
 */
const TAG = 'bf/snapshot/v1'

export const encodeSnapshot = (state: LedgerState): Uint8Array => {
  const accounts = accountsOf(state.map)
  const buckets = [...state.consumed].sort(([a], [b]) => a - b)
  return joined([
    tagged(TAG, hashBytes(state.rules.chainId), u64(state.fees)),
    u32(accounts.length),
    ...accounts.flatMap(([id, value]) => [accountBytes(id), value]),
    u32(buckets.length),
    ...buckets.flatMap(([height, bucket]) => [
      u64(height),
      u32(bucket.count),
      ...consumedHashes(bucket).map(hashBytes),
    ]),
  ])
}

/** As `concat`, which takes arguments, and a snapshot has more parts than a call may have. */
const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

const accountsOf = (map: AuthenticatedMap): readonly (readonly [AccountId, Uint8Array])[] =>
  [...map]
    .flatMap(([key, value]) => {
      const id = accountOfKey(key)
      return id === null ? [] : [[id, value] as const]
    })
    .sort(([a], [b]) => (a < b ? -1 : 1))

/** @throws CodedError `malformed-snapshot`, `foreign-snapshot` (another chain's) */
export const decodeSnapshot = (network: Network, snapshot: Uint8Array): LedgerState => {
  try {
    return readSnapshot(network, new ByteReader(snapshot))
  } catch (error) {
    if (!(error instanceof CodedError) || error.code === 'foreign-snapshot') throw error
    throw new CodedError(
      'malformed-snapshot',
      'the bytes are not a snapshot of a ledger',
      {},
      { cause: error },
    )
  }
}

const readSnapshot = (network: Network, reader: ByteReader): LedgerState => {
  demand(equalBytes(reader.take(TAG.length), utf8(TAG)), 'tag')
  if (!equalBytes(reader.take(32), hashBytes(network.chainId))) {
    throw new CodedError('foreign-snapshot', 'the snapshot is of another chain')
  }
  const rules = rulesOf(network)
  const fees = reader.u64()
  const accounts = readAccounts(reader, withFees(EMPTY_MAP, fees))
  demand(accounts.sum + fees === rules.supply, 'supply')
  const consumed = readConsumed(reader)
  reader.end()
  let map = accounts.map
  for (const [height, bucket] of consumed) map = map.set(bucketKey(height), encodeBucket(bucket))
  return { rules, map, fees, consumed }
}

const readAccounts = (reader: ByteReader, base: AuthenticatedMap): { map: AuthenticatedMap; sum: bigint } => {
  let map = base
  let sum = 0n
  let last: Uint8Array | null = null
  for (let count = reader.u32(); count > 0; count--) {
    const publicKey = reader.take(32)
    demand(last === null || compareBytes(last, publicKey) < 0, 'account order')
    const account = { balance: reader.u64(), nonce: reader.u64() }
    demand(!isNoAccount(account), 'empty account')
    map = withAccount(map, accountIdOf(publicKey), account)
    sum += account.balance
    last = publicKey
  }
  return { map, sum }
}

const readConsumed = (reader: ByteReader): ReadonlyMap<number, Bucket> => {
  const consumed = new Map<number, Bucket>()
  let last = -1
  for (let count = reader.u32(); count > 0; count--) {
    const height = Number(reader.u64())
    demand(Number.isSafeInteger(height) && height > last, 'bucket order')
    consumed.set(height, readBucket(reader))
    last = height
  }
  return consumed
}

const readBucket = (reader: ByteReader): Bucket => {
  const size = reader.u32()
  demand(size > 0, 'empty bucket')
  let bucket = EMPTY_BUCKET
  for (let count = size; count > 0; count--) {
    const hash = hashHex(reader.take(32))
    demand(!hasConsumed(bucket, hash), 'repeated hash')
    bucket = consume(bucket, hash)
  }
  return bucket
}

function demand(condition: boolean, what: string): asserts condition {
  if (!condition) throw new CodedError('malformed-snapshot', `the snapshot breaks a rule: ${what}`)
}
