import { sha256 } from '../feeds/index.js'
import { concat, u8, utf8 } from '../util/index.js'

/** How the authenticated map hashes; prover and verifier share it. */

/** An empty subtree: 32 zero bytes, which no hash is known to give. */
export const EMPTY_HASH = new Uint8Array(32)

const LEAF = u8(0)
const INNER = u8(1)
const LEAF_TAG = utf8('bf/map/v1')

/** Where a key stands in the tree. Hashing spreads the keys, so that nobody can choose a deep place cheaply. */
export const keyHashOf = (key: Uint8Array): Uint8Array => sha256(key)

/** `H(0x00 | "bf/map/v1" | key hash | H(value))` */
export const leafHash = (keyHash: Uint8Array, valueHash: Uint8Array): Uint8Array =>
  sha256(concat(LEAF, LEAF_TAG, keyHash, valueHash))

/** `H(0x01 | left | right)` */
export const innerHash = (left: Uint8Array, right: Uint8Array): Uint8Array =>
  sha256(concat(INNER, left, right))
