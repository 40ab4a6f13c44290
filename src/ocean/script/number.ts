import { EMPTY_BYTES } from '../../util/index.js'

/** Numbers on the stack: little-endian, sign in the topmost bit, empty for zero. */

export const encodeNumber = (value: bigint): Uint8Array => {
  if (value === 0n) return EMPTY_BYTES
  const bytes: number[] = []
  for (let rest = value < 0n ? -value : value; rest > 0n; rest >>= 8n) bytes.push(Number(rest & 0xffn))
  const last = bytes[bytes.length - 1] ?? 0
  const sign = value < 0n ? 0x80 : 0
  if ((last & 0x80) !== 0) bytes.push(sign)
  else bytes[bytes.length - 1] = last | sign
  return Uint8Array.from(bytes)
}

export const decodeNumber = (bytes: Uint8Array): bigint => {
  const last = bytes.at(-1)
  if (last === undefined) return 0n
  let magnitude = BigInt(last & 0x7f)
  for (let i = bytes.length - 2; i >= 0; i--) magnitude = (magnitude << 8n) | BigInt(bytes[i] ?? 0)
  return (last & 0x80) !== 0 ? -magnitude : magnitude
}

/** Whether no shorter bytes mean the same number. */
export const isMinimalNumber = (bytes: Uint8Array): boolean => {
  const last = bytes.at(-1)
  if (last === undefined || (last & 0x7f) !== 0) return true
  return ((bytes.at(-2) ?? 0) & 0x80) !== 0
}

/** Everything is true but zero, of whatever length and sign. */
export const isTruthy = (bytes: Uint8Array): boolean =>
  bytes.some((byte, i) => byte !== 0 && !(i === bytes.length - 1 && byte === 0x80))
