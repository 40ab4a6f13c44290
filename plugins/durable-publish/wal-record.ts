import { crc32 } from 'node:zlib'

import { u32, u8 } from '../../src/util/index.js'
import type { ClassicMessage } from '../types/index.js'

/**
 * One record: u32 length of the payload, u32 CRC-32 of the payload, payload = u8 kind and the message as JSON.
 * A crash may leave the last records torn; the checksum tells them from whole ones.
 */
export interface WalRecord {
  /** Signed here, or another's message that ours depends on. */
  readonly kind: 'own' | 'foreign'
  readonly message: ClassicMessage
}

const HEADER_SIZE = 8
const KINDS = ['own', 'foreign'] as const

export const encodeRecord = ({ kind, message }: WalRecord): Buffer => {
  const payload = Buffer.concat([u8(KINDS.indexOf(kind)), Buffer.from(JSON.stringify(message))])
  return Buffer.concat([u32(payload.length), u32(crc32(payload)), payload])
}

/** All whole records from the start, and how many bytes they take: what follows is torn, damaged or empty. */
export const decodeRecords = (bytes: Buffer): { records: WalRecord[]; size: number } => {
  const records: WalRecord[] = []
  let size = 0
  for (let found = recordAt(bytes, 0); found !== null; found = recordAt(bytes, size)) {
    records.push(found.record)
    size = found.end
  }
  return { records, size }
}

/**
 * Whole records behind a place where there is none. A torn end has none: a crash tears the last write, which nobody
 * saw. Where some stand, the middle was damaged, and what is behind it may have been seen.
 */
export const salvageRecords = (bytes: Buffer, from: number): WalRecord[] => {
  const records: WalRecord[] = []
  for (let position = from; position + HEADER_SIZE < bytes.length;) {
    const found = recordAt(bytes, position)
    if (found !== null) records.push(found.record)
    position = found?.end ?? position + 1
  }
  return records
}

const recordAt = (bytes: Buffer, start: number): { record: WalRecord; end: number } | null => {
  if (start + HEADER_SIZE >= bytes.length) return null
  const end = start + HEADER_SIZE + bytes.readUInt32BE(start)
  if (end > bytes.length) return null
  const payload = bytes.subarray(start + HEADER_SIZE, end)
  const kind = KINDS[payload[0] ?? KINDS.length]
  if (kind === undefined || crc32(payload) !== bytes.readUInt32BE(start + 4)) return null
  return { record: { kind, message: JSON.parse(payload.toString('utf8', 1)) as ClassicMessage }, end }
}
