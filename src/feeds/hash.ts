import { hash as hashOnce } from 'node:crypto'
import { assert, concat, fromHex, fromLatin1, remembered, toHex, utf8 } from '../util/index.js'
import type { Hash } from './ids.js'

// H is SHA-256 (protocol section 2).

export const HASH_BYTES = 32

/**
 * H of one buffer; 32 bytes. The digest is read as text, since bytes from Node come with memory of their own, which
 * takes longer than hashing.
 */
export const sha256 = (bytes: Uint8Array): Uint8Array => fromLatin1(hashOnce('sha256', bytes, 'binary'))

/** H of a domain tag (ASCII) followed by the parts, without any separator: parts must have fixed widths. */
export const hashTagged = (tag: string, ...parts: readonly Uint8Array[]): Uint8Array =>
  sha256(concat(tagBytes(tag), ...parts))

const tagBytes = remembered(utf8)

/** Spells a digest that already is one; hashes nothing. */
export const hashHex = (digest: Uint8Array): Hash => {
  assert(digest.length === HASH_BYTES, `a hash has ${HASH_BYTES} bytes, not ${digest.length}`)
  return toHex(digest) as Hash
}

/** The 32 bytes of a digest, shared by all who ask. @throws CodedError `malformed-hex` */
export const hashBytes = remembered((hash: Hash): Uint8Array => fromHex(hash, HASH_BYTES))
