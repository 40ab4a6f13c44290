import type { BlockHeader, CertificateBody, Hash, MessageKey } from '../feeds/index.js'
import { ByteReader, concat, fromHex, toHex, u16, u32, u8 } from '../util/index.js'

/** What the store keeps of a block, and the packed form of its list of transactions. */

/** Everything `blockId` commits to (protocol section 3), what came of it, and where it stands in the feeds. */
export interface StoredHeader extends Omit<BlockHeader, 'chainId'> {
  readonly block: Hash
  readonly xRoot: Hash
  readonly stateRoot: Hash
  /** Transactions that failed. */
  readonly failed: number
  readonly assembled: MessageKey
  /** Round of the assembled message. */
  readonly round: number
}

export interface StoredCertificate {
  readonly key: MessageKey
  readonly body: CertificateBody
}

/** One transaction of a block; its bytes stay in the lane's feed, at (lane, sequence, index). */
export interface StoredTransaction {
  readonly lane: number
  readonly sequence: number
  readonly index: number
  /** H(transaction bytes). */
  readonly hash: Hash
  /** 0 = executed. */
  readonly code: number
}

/** u16 lane, u32 sequence, u16 index, 32 bytes hash, u8 code. */
const RECORD_BYTES = 41

export const packTransactions = (transactions: readonly StoredTransaction[]): Uint8Array =>
  concat(
    ...transactions.flatMap(({ lane, sequence, index, hash, code }) => [
      u16(lane),
      u32(sequence),
      u16(index),
      fromHex(hash, 32),
      u8(code),
    ]),
  )

/** @throws CodedError `truncated-bytes` if the record on disk is not whole. */
export const unpackTransactions = (bytes: Uint8Array): StoredTransaction[] => {
  const reader = new ByteReader(bytes)
  const transactions: StoredTransaction[] = []
  while (reader.remaining > 0) {
    transactions.push(readRecord(reader))
  }
  return transactions
}

/** The record at one position, without reading the others; undefined beyond the end. */
export const unpackTransactionAt = (bytes: Uint8Array, position: number): StoredTransaction | undefined => {
  const start = position * RECORD_BYTES
  if (start + RECORD_BYTES > bytes.length) return undefined
  return readRecord(new ByteReader(bytes.subarray(start, start + RECORD_BYTES)))
}

const readRecord = (reader: ByteReader): StoredTransaction => ({
  lane: reader.u16(),
  sequence: reader.u32(),
  index: reader.u16(),
  hash: toHex(reader.take(32)) as Hash,
  code: reader.u8(),
})
