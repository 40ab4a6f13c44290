import { CodedError } from './coded-error.js'

/** Canonical binary encodings: fixed width, big-endian (protocol section 2), and strict text forms of bytes. */

export const EMPTY_BYTES = new Uint8Array(0)

const encoder = new TextEncoder()

export const utf8 = (text: string): Uint8Array => encoder.encode(text)

/**
 * Memory to be filled in full, from Node's pool: an array of its own costs several times as much, and most are small
 * and short-lived.
 */
const allocate = (size: number): Uint8Array => plain(Buffer.allocUnsafe(size))

/** The same memory without the methods of a Buffer. */
const plain = ({ buffer, byteOffset, length }: Buffer): Uint8Array =>
  new Uint8Array(buffer, byteOffset, length)

/** The same in memory of its own, for what stays: a few bytes of Node's pool keep all 8 KiB around them. */
export const owned = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes)

export const concat = (...parts: readonly Uint8Array[]): Uint8Array => {
  let size = 0
  for (const part of parts) size += part.length
  const out = allocate(size)
  let offset = 0
  for (const part of parts) {
    out.set(part, offset)
    offset += part.length
  }
  return out
}

const unsigned = (value: number, size: 1 | 2 | 4): Uint8Array => {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * size)) {
    throw new RangeError(`${value} is not an unsigned integer of ${size} bytes`)
  }
  const out = new Uint8Array(size)
  for (let i = size - 1, rest = value; i >= 0; i--, rest >>>= 8) out[i] = rest
  return out
}

export const u8 = (value: number): Uint8Array => unsigned(value, 1)
export const u16 = (value: number): Uint8Array => unsigned(value, 2)
export const u32 = (value: number): Uint8Array => unsigned(value, 4)

/** Eight bytes; takes a safe integer or a bigint, since amounts exceed 2^53. */
export const u64 = (value: number | bigint): Uint8Array => {
  const big = BigInt(value)
  if (big < 0n || big >= 1n << 64n) throw new RangeError(`${value} is not an unsigned integer of 8 bytes`)
  const out = new Uint8Array(8)
  new DataView(out.buffer).setBigUint64(0, big)
  return out
}

export const toHex = (bytes: Uint8Array): string => view(bytes).toString('hex')

/** @throws CodedError `malformed-hex` unless lower-case hexadecimal of exactly `size` bytes (any size if not given). */
export const fromHex = (text: string, size?: number): Uint8Array => {
  if (!/^(?:[0-9a-f]{2})*$/.test(text) || (size !== undefined && text.length !== 2 * size)) {
    throw new CodedError('malformed-hex', `expected ${size ?? 'whole'} bytes of lower-case hexadecimal`)
  }
  return plain(Buffer.from(text, 'hex'))
}

/** One byte per character. */
export const fromLatin1 = (text: string): Uint8Array => plain(Buffer.from(text, 'latin1'))

export const toBase64 = (bytes: Uint8Array): string => view(bytes).toString('base64')

/** @throws CodedError `malformed-base64` unless the one canonical, padded form (of exactly `size` bytes, if given). */
export const fromBase64 = (text: string, size?: number): Uint8Array => {
  const bytes = plain(Buffer.from(text, 'base64'))
  if (toBase64(bytes) !== text || (size !== undefined && bytes.length !== size)) {
    throw new CodedError('malformed-base64', `expected ${size ?? 'whole'} bytes of canonical base64`)
  }
  return bytes
}

/** Lexicographic order of unsigned bytes: negative, zero or positive. */
export const compareBytes = (a: Uint8Array, b: Uint8Array): number => Buffer.compare(view(a), view(b))

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => compareBytes(a, b) === 0

/** The same memory as a Buffer: nothing is copied. */
export const view = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Reads canonical bytes front to back; every read is bounded, and `end` refuses trailing bytes. */
export class ByteReader {
  #offset = 0

  constructor(private readonly bytes: Uint8Array) {}

  get remaining(): number {
    return this.bytes.length - this.#offset
  }

  /** A view, not a copy. @throws CodedError `truncated-bytes` */
  take(size: number): Uint8Array {
    if (size > this.remaining)
      throw new CodedError('truncated-bytes', `${size} bytes wanted, ${this.remaining} left`)
    const start = this.#offset
    this.#offset += size
    return this.bytes.subarray(start, this.#offset)
  }

  u8(): number {
    return this.take(1)[0] ?? 0
  }

  u16(): number {
    return this.#number(2)
  }

  u32(): number {
    return this.#number(4)
  }

  u64(): bigint {
    const { buffer, byteOffset } = this.take(8)
    return new DataView(buffer, byteOffset).getBigUint64(0)
  }

  /** @throws CodedError `trailing-bytes` */
  end(): void {
    if (this.remaining > 0) throw new CodedError('trailing-bytes', `${this.remaining} bytes too many`)
  }

  #number(size: number): number {
    return this.take(size).reduce((value, byte) => value * 256 + byte, 0)
  }
}
