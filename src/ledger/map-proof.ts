import type { Hash } from '../feeds/index.js'
import { isHash } from '../feeds/index.js'
import { EMPTY_HASH, hexHash, innerHash, keyHashOf, leafHash } from './map-hash.js'
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
 * Needs nothing but its arguments, so it works offline; a proof of wrong form shows nothing.
 */
export const verifyMapProof = (
  root: Hash,
  key: Uint8Array,
  value: Uint8Array | null,
  { siblings, other }: MapProof,
): boolean => {
  const hashes = other === null ? siblings : [...siblings, other.keyHash, other.valueHash]
  if (siblings.length > 256 || !hashes.every(isHash) || (value !== null && other !== null)) return false
  const keyHash = keyHashOf(key)
  const end = value === null ? absentEnd(keyHash, siblings.length, other) : leafHash(keyHash, hexHash(value))
  if (end === null) return false
  const top = siblings.reduce(
    (digest, sibling, index) =>
      bitAt(keyHash, siblings.length - 1 - index) === 0
        ? innerHash(digest, sibling)
        : innerHash(sibling, digest),
    end,
  )
  return top === root
}

/** What stands in the place of an absent key; null if that does not prove its absence. */
const absentEnd = (keyHash: Hash, depth: number, other: MapProof['other']): Hash | null => {
  if (other === null) return EMPTY_HASH
  const shared = sharedBits(keyHash, other.keyHash)
  // A leaf of another branch says nothing of this place, and the key's own leaf says the opposite.
  return shared < depth || shared === 256 ? null : leafHash(other.keyHash, other.valueHash)
}
