import { crc32, deflateRawSync, inflateRawSync, type InflateRaw } from 'node:zlib'

import { archiveError, corrupt } from './codes.js'
import { MEMBER_LIMIT, MEMBER_TEXT_LIMIT } from './limits.js'

/**
 * One gzip member (RFC 1952). Its header is always the same 20 bytes but for the last four, an extra field that holds
 * the length of the whole member: so a reader knows how much to read before it inflates anything, and gzip tools pass
 * it over. No byte of the header is free, since gzip's own checksum does not cover them.
 */
export const MEMBER_HEADER_SIZE = 20
const TRAILER_SIZE = 8
const SMALLEST = MEMBER_HEADER_SIZE + 2 + TRAILER_SIZE

const PREFIX = Buffer.from([
  // Magic, deflate, "has extra field", no time, no flags of the compressor, no operating system.
  ...[0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff],
  // Eight bytes of extra field: "BF", of four bytes.
  ...[8, 0, 0x42, 0x46, 4, 0],
])

export const encodeMember = (text: Buffer): Buffer => framed(text, deflateRawSync(text, { level: 6 }))

/** Not compressed, so that its length depends on that of the text alone (less than 64 KiB). */
export const encodeStoredMember = (text: Buffer): Buffer => {
  const block = Buffer.alloc(5)
  block.writeUInt8(1)
  block.writeUInt16LE(text.length, 1)
  block.writeUInt16LE(text.length ^ 0xffff, 3)
  return framed(text, Buffer.concat([block, text]))
}

export const storedMemberSize = (textLength: number): number =>
  MEMBER_HEADER_SIZE + 5 + textLength + TRAILER_SIZE

const framed = (text: Buffer, deflated: Buffer): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(PREFIX.length + 4 + deflated.length + TRAILER_SIZE)
  return Buffer.concat([PREFIX, length, deflated, trailerOf(text)])
}

const trailerOf = (text: Buffer): Buffer => {
  const trailer = Buffer.alloc(TRAILER_SIZE)
  trailer.writeUInt32LE(crc32(text))
  trailer.writeUInt32LE(text.length, 4)
  return trailer
}

/**
 * The length of the member that begins with this header.
 * @throws CodedError `archive-malformed`, `archive-truncated`, `archive-corrupt`, `archive-too-large`
 */
export const memberLength = (header: Buffer, offset: number): number => {
  const known = header.subarray(0, PREFIX.length)
  if (!known.equals(PREFIX.subarray(0, known.length))) {
    if (offset === 0) throw archiveError('archive-malformed')
    throw corrupt('no member begins where one should', { offset })
  }
  if (header.length < MEMBER_HEADER_SIZE) throw archiveError('archive-truncated')
  const length = header.readUInt32LE(PREFIX.length)
  if (length > MEMBER_LIMIT) throw archiveError('archive-too-large', 'a member is too long', { offset })
  if (length < SMALLEST) throw corrupt('a member is shorter than its frame', { offset })
  return length
}

/**
 * @param member exactly the bytes that its header announces.
 * @throws CodedError `archive-corrupt`, `archive-too-large`
 */
export const decodeMember = (member: Buffer, offset: number): Buffer => {
  const body = member.subarray(MEMBER_HEADER_SIZE, -TRAILER_SIZE)
  const trailer = member.subarray(-TRAILER_SIZE)
  if (trailer.readUInt32LE(4) > MEMBER_TEXT_LIMIT) {
    throw archiveError('archive-too-large', 'a member holds too much text', { offset })
  }
  const text = inflated(body, offset)
  if (!trailerOf(text).equals(trailer)) throw corrupt('a member fails its checksum', { offset })
  return text
}

const inflated = (body: Buffer, offset: number): Buffer => {
  try {
    // With `info`, which the types do not know, the answer says how much of the input was used.
    const options = { maxOutputLength: MEMBER_TEXT_LIMIT, info: true }
    const answer: unknown = inflateRawSync(body, options)
    const { buffer, engine } = answer as { buffer: Buffer; engine: InflateRaw }
    if (engine.bytesWritten === body.length) return buffer
  } catch (cause) {
    const tooLarge = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE'
    if (tooLarge) throw archiveError('archive-too-large', 'a member holds too much text', { offset }, cause)
    throw archiveError('archive-corrupt', 'a member of the archive does not inflate', { offset }, cause)
  }
  throw corrupt('a member holds more than its text', { offset })
}
