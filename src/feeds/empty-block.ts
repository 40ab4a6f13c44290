import { assert, u64 } from '../util/index.js'
import { hashBytes, hashHex, hashTagged } from './hash.js'
import type { Hash } from './ids.js'

/**
 * E(h), the empty block of a height: a pure function of chain and height, so that no two Messagenodes can open
 * different slots (protocol section 2). `previous` is E(h-1), and null for E(0) alone.
 */
export const emptyBlock = (chainId: Hash, height: number, previous: Hash | null): Hash => {
  assert((height === 0) === (previous === null), 'every empty block but the first has a predecessor')
  const chain = hashBytes(chainId)
  return previous === null
    ? hashHex(hashTagged('bf/empty/v1', chain))
    : hashHex(hashTagged('bf/empty/v1', chain, u64(height), hashBytes(previous)))
}
