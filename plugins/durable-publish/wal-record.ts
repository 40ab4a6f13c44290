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

/** All whole records from the start, and how many bytes they take: what follows is torn or empty. */
export const decodeRecords = (bytes: Buffer): { records: WalRecord[]; size: number } => {
  const records: WalRecord[] = []
  let size = 0
  while (size + HEADER_SIZE <= bytes.length) {
    const end = size + HEADER_SIZE + bytes.readUInt32BE(size)
    const payload = bytes.subarray(size + HEADER_SIZE, end)
    const kind = KINDS[payload[0] ?? KINDS.length]
    if (end > bytes.length || kind === undefined || crc32(payload) !== bytes.readUInt32BE(size + 4)) break
    records.push({ kind, message: JSON.parse(payload.toString('utf8', 1)) as ClassicMessage })
    size = end
  }
  return { records, size }
}
