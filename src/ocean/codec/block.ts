import { concat, EMPTY_BYTES } from '../../util/index.js'
import { fastMerkleRoot, merkleRoot, sha256d } from './hash.js'
import type { Transaction } from './transaction.js'
import { encodeTransaction, readTransaction } from './transaction-codec.js'
import { transactionId } from './transaction-id.js'
import { bytesOfId, compactSize, idOf, sized, u32le, WireReader } from './wire.js'
import { witnessHash } from './witness.js'

/** Ocean's block: a header with three hashes of the outside world, a height, and a script instead of work. */

export interface BlockHeader {
  readonly version: number
  readonly previousHash: string
  readonly merkleRoot: string
  readonly contractHash: string
  readonly attestationHash: string
  readonly mappingHash: string
  /** Seconds since 1970. */
  readonly time: number
  readonly height: number
  /** The script a solution has to satisfy. */
  readonly challenge: Uint8Array
  /** Not hashed: the same block signed by others is the same block. */
  readonly solution: Uint8Array
}

export interface Block {
  readonly header: BlockHeader
  readonly transactions: readonly Transaction[]
}

/** The bytes before the challenge. */
export const FIXED_HEADER_BYTES = 172

/** Version, flags, two empty lists and the lock time. */
const LEAST_TRANSACTION_BYTES = 11

export const readHeader = (reader: WireReader): BlockHeader => ({
  version: reader.i32(),
  previousHash: reader.id(),
  merkleRoot: reader.id(),
  contractHash: reader.id(),
  attestationHash: reader.id(),
  mappingHash: reader.id(),
  time: reader.u32(),
  height: reader.u32(),
  challenge: reader.bytes(),
  solution: reader.bytes(),
})

/** What is hashed for the block's hash: everything up to and with the challenge. */
export const encodeUnsignedHeader = (header: BlockHeader): Uint8Array =>
  concat(
    u32le(header.version),
    bytesOfId(header.previousHash),
    bytesOfId(header.merkleRoot),
    bytesOfId(header.contractHash),
    bytesOfId(header.attestationHash),
    bytesOfId(header.mappingHash),
    u32le(header.time),
    u32le(header.height),
    sized(header.challenge),
  )

export const encodeHeader = (header: BlockHeader): Uint8Array =>
  concat(encodeUnsignedHeader(header), sized(header.solution))

/** The 32 bytes members sign, in inner order. */
export const blockDigest = (header: BlockHeader): Uint8Array => sha256d(encodeUnsignedHeader(header))

export const blockHash = (header: BlockHeader): string => idOf(blockDigest(header))

export const decodeHeader = (bytes: Uint8Array): BlockHeader => {
  const reader = new WireReader(bytes)
  const header = readHeader(reader)
  reader.end()
  return header
}

/**
 * @param trailing the real node takes a block from the front of what it is given and ignores the rest; whoever
 *   answers for it asks for that, everybody else refuses it
 * @throws CodedError of the codec
 */
export const decodeBlock = (bytes: Uint8Array, trailing: 'refused' | 'ignored' = 'refused'): Block => {
  const reader = new WireReader(bytes)
  const header = readHeader(reader)
  const transactions = reader.list(LEAST_TRANSACTION_BYTES, () => readTransaction(reader))
  if (trailing === 'refused') reader.end()
  return { header, transactions }
}

export const encodeBlock = ({ header, transactions }: Block): Uint8Array =>
  concat(encodeHeader(header), compactSize(transactions.length), ...transactions.map(encodeTransaction))

export const transactionsRoot = (transactions: readonly Transaction[]): string =>
  idOf(merkleRoot(transactions.map((transaction) => bytesOfId(transactionId(transaction)))))

/** The 32 bytes after the mark in the coinbase: over the witness hashes of all transactions and a nonce. */
export const witnessCommitment = (transactions: readonly Transaction[], nonce: Uint8Array): Uint8Array =>
  sha256d(concat(fastMerkleRoot(transactions.map(witnessHash)), nonce))

export const withSolution = (block: Block, solution: Uint8Array): Block => ({
  ...block,
  header: { ...block.header, solution },
})

export const withoutSolution = (block: Block): Block => withSolution(block, EMPTY_BYTES)
