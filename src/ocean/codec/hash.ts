import { hash as hashOnce } from 'node:crypto'
import { ripemd160 } from '@noble/hashes/legacy.js'
import { concat, fromLatin1 } from '../../util/index.js'
import { compressBlock } from './sha256-compression.js'

export const sha256 = (bytes: Uint8Array): Uint8Array => fromLatin1(hashOnce('sha256', bytes, 'binary'))

export const sha256d = (bytes: Uint8Array): Uint8Array => sha256(sha256(bytes))

/** What addresses hold of a key or a script. */
export const hash160 = (bytes: Uint8Array): Uint8Array => ripemd160(sha256(bytes))

const NO_HASH = new Uint8Array(32)

/** A tree level by level; `odd` says what becomes of a node without a partner. */
const rootOf = (
  leaves: readonly Uint8Array[],
  join: (left: Uint8Array, right: Uint8Array) => Uint8Array,
  odd: (last: Uint8Array) => Uint8Array,
): Uint8Array => {
  let level = leaves
  while (level.length > 1) {
    const above: Uint8Array[] = []
    for (let i = 0; i < level.length; i += 2) {
      const left = level[i] ?? NO_HASH
      const right = level[i + 1]
      above.push(right ? join(left, right) : odd(left))
    }
    level = above
  }
  return level[0] ?? NO_HASH
}

const joinDouble = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256d(concat(left, right))

/** Bitcoin's tree: double SHA-256, a node without partner is joined with itself. */
export const merkleRoot = (leaves: readonly Uint8Array[]): Uint8Array =>
  rootOf(leaves, joinDouble, (last) => joinDouble(last, last))

/** Elements' fast tree: one compression a node, a node without partner rises as it is. */
export const fastMerkleRoot = (leaves: readonly Uint8Array[]): Uint8Array =>
  rootOf(
    leaves,
    (left, right) => compressBlock(concat(left, right)),
    (last) => last,
  )
