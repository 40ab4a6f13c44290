import { hash as hashOnce } from 'node:crypto'
import { sha256 as streaming } from '@noble/hashes/sha2.js'
import { assert, fromHex, toHex, utf8 } from '../util/index.js'
import type { Hash } from './ids.js'

// H is SHA-256 (protocol section 2). Two libraries compute it because each wins where it is used: Node's one-shot
// `hash` is about four times as fast on one ready buffer, which is what trees over thousands of leaves need; noble's
// incremental hash takes the parts of a tagged encoding as they are, so that none is copied together first.

export const HASH_BYTES = 32

/** H of one buffer; 32 bytes. */
export const sha256 = (bytes: Uint8Array): Uint8Array => {
  const digest = hashOnce('sha256', bytes, 'buffer')
  return new Uint8Array(digest.buffer, digest.byteOffset, digest.byteLength)
}

/** H of a domain tag (ASCII) followed by the parts, without any separator: parts must have fixed widths. */
export const hashTagged = (tag: string, ...parts: readonly Uint8Array[]): Uint8Array => {
  const state = streaming.create().update(utf8(tag))
  for (const part of parts) state.update(part)
  return state.digest()
}

/** Spells a digest that already is one; hashes nothing. */
export const hashHex = (digest: Uint8Array): Hash => {
  assert(digest.length === HASH_BYTES, `a hash has ${HASH_BYTES} bytes, not ${digest.length}`)
  return toHex(digest) as Hash
}

/** The 32 bytes of a digest. @throws CodedError `malformed-hex` */
export const hashBytes = (hash: Hash): Uint8Array => fromHex(hash, HASH_BYTES)
