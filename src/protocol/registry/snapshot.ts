import {
  type FeedId,
  feedIdBytes,
  feedIdOf,
  hashBytes,
  hashHex,
  HEIGHT_MAX,
  messageKeyBytes,
  messageKeyOf,
  sha256,
} from '../../feeds/index.js'
import type { Epoch, Network } from '../../roles/index.js'
import { ByteReader, CodedError, concat, equalBytes, u16, u32, u64, u8 } from '../../util/index.js'
import { ascending, type ClosedLane, type HeldPart, type PendingProof, registryState } from './state.js'
import type { RegistryState } from './state.js'

/**
 * A registry as canonical bytes, one form for one registry; the members follow from the network file.
 *
 *     u32 epoch
 *     u16 closed   | each: 32 B lane | u32 sequence | 32 B tip | 32 B proof hash | u64 height       ascending by lane
 *     u16 pending  | each: 32 B carrier | 32 B lane | 32 B proof hash | u64 opened at | u8 parts
 *                          | u8 held | each: u8 part | u16 size | bytes                    in order; parts ascending
 */
export const encodeRegistry = ({ epoch, closed, pending }: RegistryState): Uint8Array =>
  concat(
    u32(epoch.number),
    u16(closed.size),
    ...[...closed.values()].map(encodeClosed),
    u16(pending.length),
    ...pending.map(encodePending),
  )

const encodeClosed = ({ lane, sequence, tip, proof, height }: ClosedLane): Uint8Array =>
  concat(feedIdBytes(lane), u32(sequence), messageKeyBytes(tip), hashBytes(proof), u64(height))

const encodePending = ({ carrier, lane, proof, openedAt, parts, held }: PendingProof): Uint8Array =>
  concat(
    concat(feedIdBytes(carrier), feedIdBytes(lane), hashBytes(proof), u64(openedAt), u8(parts)),
    u8(held.size),
    ...ascending(held).flatMap(([part, { bytes }]) => [u8(part), u16(bytes.length), bytes]),
  )

/** @throws CodedError `malformed-registry`: not exactly the bytes that {@link encodeRegistry} gives for this network */
export const decodeRegistry = (network: Pick<Network, 'genesis'>, bytes: Uint8Array): RegistryState => {
  const state = readRegistry(network.genesis, new ByteReader(bytes))
  if (!equalBytes(encodeRegistry(state), bytes)) throw malformed()
  return state
}

const readRegistry = (epoch: Epoch, reader: ByteReader): RegistryState => {
  try {
    if (reader.u32() !== epoch.number) throw malformed()
    const closed = list(reader.u16(), () => readClosed(reader))
    const pending = list(reader.u16(), () => readPending(reader))
    reader.end()
    return registryState(epoch, closed, pending)
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause
    throw malformed(cause)
  }
}

const readClosed = (reader: ByteReader): ClosedLane => ({
  lane: readFeed(reader),
  sequence: reader.u32(),
  tip: messageKeyOf(reader.take(32)),
  proof: hashHex(reader.take(32)),
  height: readHeight(reader),
})

const readPending = (reader: ByteReader): PendingProof => ({
  carrier: readFeed(reader),
  lane: readFeed(reader),
  proof: hashHex(reader.take(32)),
  openedAt: readHeight(reader),
  parts: reader.u8(),
  held: new Map(list(reader.u8(), () => readPart(reader))),
})

const readPart = (reader: ByteReader): [number, HeldPart] => {
  const part = reader.u8()
  const bytes = reader.take(reader.u16())
  return [part, { bytes, digest: sha256(bytes) }]
}

const readFeed = (reader: ByteReader): FeedId => feedIdOf(reader.take(32))

const readHeight = (reader: ByteReader): number => {
  const height = reader.u64()
  if (height > BigInt(HEIGHT_MAX)) throw malformed()
  return Number(height)
}

const list = <Item>(count: number, read: () => Item): Item[] => Array.from({ length: count }, read)

const malformed = (cause?: unknown): CodedError =>
  new CodedError('malformed-registry', 'the bytes are not a registry of this network', {}, { cause })
