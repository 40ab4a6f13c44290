import { u8, u16, u32, u64 } from '../util/index.js'
import { hashBytes, hashHex, hashTagged, sha256 } from './hash.js'
import { feedIdBytes, type FeedId, type Hash, type MessageKey, messageKeyBytes, tagged } from './ids.js'
import { merkleRoot } from './merkle.js'

/** The roots and the id of a block (protocol section 3). Leaves are given without their 0x00, which the tree adds. */

/** How far a lane is cut: `NO_MESSAGE` at sequence 0 while nothing of it was decided. */
export interface LaneTip {
  readonly sequence: number
  readonly tip: MessageKey
}

export interface LaneCut extends LaneTip {
  readonly feed: FeedId
}

/** Commits to the tip of every lane, advanced or not, in registry order. */
export const cutRoot = (lanes: readonly LaneCut[]): Hash =>
  hashHex(
    merkleRoot(
      lanes.map(({ feed, sequence, tip }) =>
        tagged('bf/cut/v1', feedIdBytes(feed), u32(sequence), messageKeyBytes(tip)),
      ),
    ),
  )

/** `lane` in registry order, `sequence` of its feed message, `index` of the transaction inside that message. */
export const transactionLeaf = (
  lane: number,
  sequence: number,
  index: number,
  transaction: Uint8Array,
): Uint8Array => hashedTransactionLeaf(lane, sequence, index, sha256(transaction))

/** The same leaf, for whoever keeps only H of the transaction's bytes. */
export const hashedTransactionLeaf = (
  lane: number,
  sequence: number,
  index: number,
  transactionHash: Uint8Array,
): Uint8Array => tagged('bf/tx/v1', u16(lane), u32(sequence), u16(index), transactionHash)

/** Over `transactionLeaf`s in block order. */
export const txRoot = (leaves: readonly Uint8Array[]): Hash => hashHex(merkleRoot(leaves))

/** `position` in block order; `code` 0 = executed. */
export const resultLeaf = (position: number, code: number): Uint8Array =>
  tagged('bf/result/v1', u32(position), u8(code))

/** Over one result code per transaction, in block order. */
export const xRoot = (codes: Uint8Array): Hash =>
  hashHex(merkleRoot(Array.from(codes, (code, position) => resultLeaf(position, code))))

export interface BlockHeader {
  readonly chainId: Hash
  readonly epoch: number
  readonly height: number
  /** E(height). */
  readonly slot: Hash
  /** Id of the block before. Height 1 stands on genesis, whose id is the chain id. */
  readonly parent: Hash
  readonly cutRoot: Hash
  readonly txRoot: Hash
  readonly txCount: number
}

/** Names the block's content, whatever round proposes it. */
export const blockId = (header: BlockHeader): Hash =>
  hashHex(
    hashTagged(
      'bf/block/v1',
      hashBytes(header.chainId),
      u32(header.epoch),
      u64(header.height),
      hashBytes(header.slot),
      hashBytes(header.parent),
      hashBytes(header.cutRoot),
      hashBytes(header.txRoot),
      u32(header.txCount),
    ),
  )
