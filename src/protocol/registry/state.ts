import {
  type FeedId,
  feedIdBytes,
  type Hash,
  hashBytes,
  hashHex,
  hashTagged,
  type LaneTip,
  merkleRoot,
  messageKeyBytes,
  tagged,
} from '../../feeds/index.js'
import type { Epoch, Network } from '../../roles/index.js'
import { compareBytes, concat, u16, u32, u64, u8 } from '../../util/index.js'
import { membersHash } from './members-hash.js'

/**
 * The protocol's own part of the chain's state, beside the application's: who counts in the next epoch, which lanes
 * are closed, and the parts of proofs that are on their way. A value: executing a block makes another.
 */
export interface RegistryState {
  readonly epoch: Epoch
  /** By lane, ascending by the bytes of the feed keys. */
  readonly closed: ReadonlyMap<FeedId, ClosedLane>
  /** In the order in which their first parts were executed. */
  readonly pending: readonly PendingProof[]
  /** Commits to all of this. */
  readonly root: Hash
}

/** A lane that never advances again. */
export interface ClosedLane extends LaneTip {
  readonly lane: FeedId
  /** Of the block that closed it; `sequence` and `tip` are where that block's cut left the lane. */
  readonly height: number
  /** The proof that closed it. */
  readonly proof: Hash
}

/** A proof of which some parts were executed. */
export interface PendingProof {
  readonly carrier: FeedId
  readonly lane: FeedId
  readonly proof: Hash
  readonly parts: number
  /** Height at which its first part was executed. */
  readonly openedAt: number
  /** By number of the part. */
  readonly held: ReadonlyMap<number, HeldPart>
}

export interface HeldPart {
  readonly bytes: Uint8Array
  /** H(bytes). */
  readonly digest: Uint8Array
}

/** Proofs that one lane may have on their way at a time; one more pushes out the oldest of its own. */
export const PENDING_PER_CARRIER = 2

/** Heights after its first part within which a proof must be complete. */
export const PENDING_HEIGHTS = 100

export const genesisRegistry = ({ genesis }: Pick<Network, 'genesis'>): RegistryState =>
  registryState(genesis, [], [])

export const registryState = (
  epoch: Epoch,
  closed: readonly ClosedLane[],
  pending: readonly PendingProof[],
): RegistryState => {
  const ordered = [...closed].sort((a, b) => compareBytes(feedIdBytes(a.lane), feedIdBytes(b.lane)))
  return Object.freeze({
    epoch,
    closed: new Map(ordered.map((lane) => [lane.lane, lane])),
    pending,
    root: registryRoot(epoch, ordered, pending),
  })
}

/** `H("bf/registry-root/v1" | members hash | root over the closed lanes | H over the pending proofs)` */
const registryRoot = (epoch: Epoch, closed: readonly ClosedLane[], pending: readonly PendingProof[]): Hash =>
  hashHex(
    hashTagged(
      'bf/registry-root/v1',
      membersHash(epoch),
      merkleRoot(closed.map(closedLaneLeaf)),
      hashTagged('bf/pending-proofs/v1', u16(pending.length), ...pending.map(pendingBytes)),
    ),
  )

/** `"bf/closed-lane/v1" | lane 32 | u32 sequence | tip 32 | proof hash 32 | u64 height` */
export const closedLaneLeaf = ({ lane, sequence, tip, proof, height }: ClosedLane): Uint8Array =>
  tagged(
    'bf/closed-lane/v1',
    concat(feedIdBytes(lane), u32(sequence), messageKeyBytes(tip), hashBytes(proof), u64(height)),
  )

/** `carrier 32 | lane 32 | proof hash 32 | u64 opened at | u8 parts | u8 held | for each held: u8 part | H(bytes)` */
const pendingBytes = ({ carrier, lane, proof, openedAt, parts, held }: PendingProof): Uint8Array =>
  concat(
    concat(feedIdBytes(carrier), feedIdBytes(lane), hashBytes(proof), u64(openedAt), u8(parts)),
    u8(held.size),
    ...ascending(held).flatMap(([part, { digest }]) => [u8(part), digest]),
  )

export const ascending = <Value>(entries: ReadonlyMap<number, Value>): [number, Value][] =>
  [...entries].sort(([a], [b]) => a - b)
