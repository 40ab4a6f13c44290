import {
  type FeedId,
  feedIdBytes,
  feedIdOf,
  type Hash,
  hashBytes,
  hashHex,
  tagged,
} from '../../feeds/index.js'
import { ByteReader, concat, equalBytes, u8, utf8 } from '../../util/index.js'
import type { OperationCodeName } from './codes.js'

/**
 * Registry operations are transactions that the protocol itself executes, whatever the application (docs/protocol.md,
 * section 7). They carry no sender, nonce or fee: their proof stands for them.
 *
 *     "bf/registry/v1" | u8 operation | operation's own bytes
 *     1, close-lane:  32 B carrier | 32 B lane | 32 B proof hash | u8 part | u8 parts | bytes of that part
 *
 * Two feed messages do not fit one transaction, so a proof travels in parts. All parts of one proof name the lane that
 * carries them, and only that lane's parts come together: so nobody can spoil or push out what another carries.
 */
export const OPERATION_TAG = 'bf/registry/v1'

const CLOSE_LANE = 1

/** Most bytes of an operation: as of any transaction that is sure to fit a feed message. */
export const OPERATION_SIZE_LIMIT = 4096

/** Parts of one proof: enough for two maximal messages of three bytes to each character. */
export const PARTS_LIMIT = 16

const HEADER_SIZE = OPERATION_TAG.length + 1 + 3 * 32 + 2

/** Bytes of a proof that one part carries at most. */
export const PART_SIZE_LIMIT = OPERATION_SIZE_LIMIT - HEADER_SIZE

/** One part of a proof that a lane's owner forked it. */
export interface CloseLane {
  /** The lane that carries the parts of this proof. */
  readonly carrier: FeedId
  /** The lane to be closed. */
  readonly lane: FeedId
  /** `forkProofHash` of the whole proof. */
  readonly proof: Hash
  /** From 0. */
  readonly part: number
  readonly parts: number
  readonly bytes: Uint8Array
}

const TAG_BYTES = utf8(OPERATION_TAG)

/** Whether the protocol executes this transaction, and not the application. */
export const isRegistryOperation = (transaction: Uint8Array): boolean =>
  equalBytes(transaction.subarray(0, TAG_BYTES.length), TAG_BYTES)

export const encodeCloseLane = ({ carrier, lane, proof, part, parts, bytes }: CloseLane): Uint8Array =>
  tagged(
    OPERATION_TAG,
    u8(CLOSE_LANE),
    concat(feedIdBytes(carrier), feedIdBytes(lane), hashBytes(proof)),
    concat(u8(part), u8(parts)),
    bytes,
  )

export type DecodeFailure = Extract<OperationCodeName, 'malformed-operation' | 'unsupported-operation'>

/** The operation, or the code of what is wrong with its form. Never throws. */
export const decodeOperation = (transaction: Uint8Array): CloseLane | DecodeFailure => {
  if (!isRegistryOperation(transaction) || transaction.length > OPERATION_SIZE_LIMIT)
    return 'malformed-operation'
  const reader = new ByteReader(transaction.subarray(TAG_BYTES.length))
  if (reader.remaining === 0) return 'malformed-operation'
  if (reader.u8() !== CLOSE_LANE) return 'unsupported-operation'
  if (transaction.length <= HEADER_SIZE) return 'malformed-operation'
  const names = { carrier: feedIdOf(reader.take(32)), lane: feedIdOf(reader.take(32)) }
  const place = { proof: hashHex(reader.take(32)), part: reader.u8(), parts: reader.u8() }
  if (place.parts > PARTS_LIMIT || place.part >= place.parts) return 'malformed-operation'
  return { ...names, ...place, bytes: reader.take(reader.remaining) }
}
