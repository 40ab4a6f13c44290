import { assert, concat, equalBytes } from '../util/index.js'
import { HASH_BYTES, sha256 } from './hash.js'

/**
 * Merkle trees of RFC 6962, section 2.1. Its recursive split at the largest power of two gives the same tree as
 * pairing neighbours level by level and lifting an odd last node unchanged, which takes one pass and no slices.
 */

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** Root over the leaves' data, without their 0x00 prefix. The empty tree has the root H(""). */
export const merkleRoot = (leaves: readonly Uint8Array[]): Uint8Array => {
  let level = leaves.map(leafHash)
  while (level.length > 1) level = parents(level)
  return level[0] ?? sha256(new Uint8Array(0))
}

/** Siblings from the leaf upwards. `index` counts from 0 and must lie in the tree. */
export const inclusionPath = (leaves: readonly Uint8Array[], index: number): Uint8Array[] => {
  assert(
    Number.isInteger(index) && index >= 0 && index < leaves.length,
    `no leaf ${index} in ${leaves.length}`,
  )
  const path: Uint8Array[] = []
  let position = index
  for (let level = leaves.map(leafHash); level.length > 1; level = parents(level)) {
    const sibling = level[siblingOf(position)]
    if (sibling !== undefined) path.push(sibling)
    position = Math.floor(position / 2)
  }
  return path
}

export interface InclusionProof {
  readonly root: Uint8Array
  /** The leaf's data, without its 0x00 prefix. */
  readonly leaf: Uint8Array
  /** Position of the leaf, from 0. */
  readonly index: number
  /** Leaves in the tree. Not part of the root: take it from where the root was signed. */
  readonly count: number
  readonly path: readonly Uint8Array[]
}

/** True only if the path has exactly the length that index and count require and leads to the root. Never throws. */
export const verifyInclusion = ({ root, leaf, index, count, path }: InclusionProof): boolean => {
  if (!Number.isSafeInteger(count) || !Number.isSafeInteger(index) || index < 0 || index >= count)
    return false
  let hash = leafHash(leaf)
  let used = 0
  let position = index
  for (let width = count; width > 1; width = Math.ceil(width / 2)) {
    if (siblingOf(position) < width) {
      const sibling = path[used++]
      if (sibling?.length !== HASH_BYTES) return false
      hash = position % 2 === 0 ? nodeHash(hash, sibling) : nodeHash(sibling, hash)
    }
    position = Math.floor(position / 2)
  }
  return used === path.length && equalBytes(hash, root)
}

const siblingOf = (position: number): number => (position % 2 === 0 ? position + 1 : position - 1)

const parents = (level: readonly Uint8Array[]): Uint8Array[] => {
  const above: Uint8Array[] = []
  for (let i = 0; i < level.length; i += 2) {
    const left = level[i]
    const right = level[i + 1]
    if (left !== undefined) above.push(right === undefined ? left : nodeHash(left, right))
  }
  return above
}

const leafHash = (data: Uint8Array): Uint8Array => sha256(concat(LEAF, data))

const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(concat(NODE, left, right))
