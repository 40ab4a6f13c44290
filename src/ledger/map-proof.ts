import type { Hash } from '../feeds/index.js'
import { hashBytes, hashHex, sha256 } from '../feeds/index.js'
import { EMPTY_HASH, innerHash, keyHashOf, leafHash } from './map-hash.js'
import { bitAt, sharedBits } from './trie.js'

/** Where a key is, or is not, under a root of the authenticated map. JSON as it stands. */
export interface MapProof {
  /** Hashes beside the path, from the leaf up; at most 256. */
  readonly siblings: readonly Hash[]
  /** The leaf that stands in the place of an absent key; null if nothing stands there, or the key is present. */
  readonly other: { readonly keyHash: Hash; readonly valueHash: Hash } | null
}

/**
 * Does the proof show that the key has this value, or with null that it is absent, under the root?
 * Needs nothing but its arguments, so it works offline.
 */
export const verifyMapProof = (
  root: Hash,
  key: Uint8Array,
  value: Uint8Array | null,
  { siblings, other }: MapProof,
): boolean => {
  if (siblings.length > 256 || (value !== null && other !== null)) return false
  const keyHash = keyHashOf(key)
  const end = value === null ? absentEnd(keyHash, siblings.length, other) : leafHash(keyHash, sha256(value))
  if (end === null) return false
  const top = siblings.reduce((digest, text, index) => {
    const sibling = hashBytes(text)
    return bitAt(keyHash, siblings.length - 1 - index) === 0
      ? innerHash(digest, sibling)
      : innerHash(sibling, digest)
  }, end)
  return hashHex(top) === root
}

/** What stands in the place of an absent key; null if that does not prove its absence. */
const absentEnd = (keyHash: Uint8Array, depth: number, other: MapProof['other']): Uint8Array | null => {
  if (other === null) return EMPTY_HASH
  const otherHash = hashBytes(other.keyHash)
  const shared = sharedBits(keyHash, otherHash)
  // A leaf of another branch says nothing of this place, and the key's own leaf says the opposite.
  return shared < depth || shared === 256 ? null : leafHash(otherHash, hashBytes(other.valueHash))
}
