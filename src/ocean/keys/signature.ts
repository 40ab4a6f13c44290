import { secp256k1 } from '@noble/curves/secp256k1.js'
import { oceanError } from '../codec/index.js'

/** ECDSA over secp256k1 as the chain uses it: over 32-byte digests, DER on the wire. */

const SCALAR_BYTES = 32

/** Deterministic (RFC 6979), low S, DER; what a node's wallet makes bit for bit. */
export const signDigest = (digest: Uint8Array, privateKey: Uint8Array): Uint8Array =>
  secp256k1.sign(digest, privateKey, { prehash: false, lowS: true, format: 'der' })

export const publicKeyOf = (privateKey: Uint8Array, isCompressed = true): Uint8Array => {
  if (!secp256k1.utils.isValidSecretKey(privateKey))
    throw oceanError('malformed-key', 'no private key of the curve')
  return secp256k1.getPublicKey(privateKey, isCompressed)
}

/** Whether the bytes are a point of the curve, and not merely look like a key. */
export const isPublicKey = (bytes: Uint8Array): boolean =>
  bytes.length > 0 && secp256k1.utils.isValidPublicKey(hybridAsPlain(bytes))

/** Keys that start with 6 or 7 are uncompressed ones that name their parity twice. */
const hybridAsPlain = (key: Uint8Array): Uint8Array => {
  const [first, last = 0] = [key[0], key.at(-1)]
  if (key.length !== 65 || (first !== 6 && first !== 7) || (last & 1) !== (first & 1)) return key
  return Uint8Array.of(4, ...key.subarray(1))
}

interface Cursor {
  readonly bytes: Uint8Array
  at: number
}

const next = (cursor: Cursor): number => {
  const byte = cursor.bytes[cursor.at++]
  if (byte === undefined) throw oceanError('truncated-bytes', 'the signature ends early')
  return byte
}

const lengthAt = (cursor: Cursor): number => {
  const first = next(cursor)
  if ((first & 0x80) === 0) return first
  let length = 0
  for (let left = first & 0x7f; left > 0; left--) length = Math.min(length * 256 + next(cursor), 0xffffff)
  return length
}

/** An integer of any length; more than 32 significant bytes are no scalar and read as zero, which never verifies. */
const scalarAt = (cursor: Cursor): Uint8Array => {
  if (next(cursor) !== 0x02) throw oceanError('malformed-key', 'no integer in the signature')
  const length = lengthAt(cursor)
  const end = cursor.at + length
  if (end > cursor.bytes.length) throw oceanError('truncated-bytes', 'the signature ends early')
  const first = cursor.bytes.subarray(cursor.at, end).findIndex((byte) => byte !== 0)
  const digits = first < 0 ? new Uint8Array(0) : cursor.bytes.subarray(cursor.at + first, end)
  cursor.at = end
  const out = new Uint8Array(SCALAR_BYTES)
  if (digits.length <= SCALAR_BYTES) out.set(digits, SCALAR_BYTES - digits.length)
  return out
}

/**
 * r and s of a signature in the loose DER that consensus accepts: lengths may be padded, integers may be negative or
 * too long, and whatever follows is ignored.
 */
const looseSignature = (der: Uint8Array): Uint8Array => {
  const cursor = { bytes: der, at: 0 }
  if (next(cursor) !== 0x30) throw oceanError('malformed-key', 'no sequence in the signature')
  lengthAt(cursor)
  return Uint8Array.of(...scalarAt(cursor), ...scalarAt(cursor))
}

/** As consensus verifies: loose DER, high S allowed; false for whatever is no signature or no key. */
export const verifyDigest = (signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean => {
  try {
    const compact = looseSignature(signature)
    return secp256k1.verify(compact, digest, hybridAsPlain(publicKey), {
      prehash: false,
      lowS: false,
      format: 'compact',
    })
  } catch {
    return false
  }
}

const HALF_ORDER = secp256k1.Point.Fn.ORDER / 2n

/** Whether S lies in the lower half, as relayed signatures must. */
export const hasLowS = (signature: Uint8Array): boolean => {
  const s = looseSignature(signature).subarray(SCALAR_BYTES)
  return s.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) <= HALF_ORDER
}

/** Strict DER of an ECDSA signature (BIP 66), without the type byte. */
export const isStrictDer = (signature: Uint8Array): boolean => {
  const rLength = signature[3] ?? 0
  const sLength = signature[5 + rLength] ?? 0
  if (signature.length < 8 || signature.length > 72) return false
  if (signature[0] !== 0x30 || signature[1] !== signature.length - 2) return false
  if (signature.length !== 6 + rLength + sLength) return false
  return isStrictInteger(signature, 2, rLength) && isStrictInteger(signature, 4 + rLength, sLength)
}

const isStrictInteger = (bytes: Uint8Array, at: number, length: number): boolean => {
  const [first = 0, second = 0] = bytes.subarray(at + 2)
  if (bytes[at] !== 0x02 || length === 0 || (first & 0x80) !== 0) return false
  return length === 1 || first !== 0 || (second & 0x80) !== 0
}
