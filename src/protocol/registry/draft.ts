import { type FeedId, type LaneTip, NO_MESSAGE, sha256, type VerifySignature } from '../../feeds/index.js'
import { lanesOf } from '../../roles/index.js'
import { concat } from '../../util/index.js'
import type { ResultCode } from '../application.js'
import { operationCode, type OperationCodeName } from './codes.js'
import { forkProofHash, provesFork } from './fork-proof.js'
import { type CloseLane, decodeOperation } from './operation.js'
import {
  ascending,
  type ClosedLane,
  PENDING_HEIGHTS,
  PENDING_PER_CARRIER,
  type PendingProof,
  registryState,
  type RegistryState,
} from './state.js'

/**
 * One block's registry operations over a registry, which stays as it is. Drop a draft to undo it. Where the lanes
 * that it closes stand is said at the end, since a block may still advance the lane that it closes.
 */
export class RegistryDraft {
  readonly #lanes: readonly FeedId[]
  readonly #closing: Omit<ClosedLane, keyof LaneTip>[] = []
  #pending: readonly PendingProof[]

  constructor(
    private readonly base: RegistryState,
    private readonly height: number,
    private readonly verify: VerifySignature,
  ) {
    this.#lanes = lanesOf(base.epoch)
    this.#pending = base.pending.some((proof) => this.#isStale(proof))
      ? base.pending.filter((proof) => !this.#isStale(proof))
      : base.pending
  }

  /**
   * Executes one operation that stands in the lane of this index, or, with null, wherever it says it does: its code.
   * Every part of a proof but the last is only kept; the last one closes the lane.
   */
  execute(transaction: Uint8Array, carriedBy: number | null): ResultCode {
    const operation = decodeOperation(transaction)
    if (typeof operation === 'string') return operationCode(operation)
    const failure = this.#takePart(operation, carriedBy)
    return failure === null ? 0 : operationCode(failure)
  }

  /** The registry after the block, whose cut this is, by lane index; the very same if nothing changed. */
  close(cut: readonly LaneTip[]): RegistryState {
    const { base } = this
    if (this.#closing.length === 0 && this.#pending === base.pending) return base
    const closing = this.#closing.map((closed) => ({
      ...(cut[this.#lanes.indexOf(closed.lane)] ?? { sequence: 0, tip: NO_MESSAGE }),
      ...closed,
    }))
    return registryState(base.epoch, [...base.closed.values(), ...closing], this.#pending)
  }

  #takePart(operation: CloseLane, carriedBy: number | null): OperationCodeName | null {
    const { carrier, lane } = operation
    if (carriedBy !== null && this.#lanes[carriedBy] !== carrier) return 'wrong-carrier'
    if (![carrier, lane].every((feed) => this.#lanes.includes(feed))) return 'unknown-lane'
    if (this.#isClosed(lane)) return 'lane-closed'
    const known = this.#pending.find((proof) => isSame(proof, operation))
    if (known?.held.has(operation.part)) return 'duplicate-part'
    const proof = withPart(known ?? this.#opened(operation), operation)
    if (proof.held.size < proof.parts) {
      this.#keep(proof)
      return null
    }
    return this.#complete(proof)
  }

  #complete(complete: PendingProof): OperationCodeName | null {
    const { lane, proof } = complete
    const bytes = concat(...ascending(complete.held).map(([, part]) => part.bytes))
    if (forkProofHash(bytes) !== proof || !provesFork(lane, bytes, this.verify)) {
      this.#drop((other) => isSame(other, complete))
      return 'invalid-proof'
    }
    this.#drop((other) => other.lane === lane)
    this.#closing.push({ lane, proof, height: this.height })
    return null
  }

  #opened({ carrier, lane, proof, parts }: CloseLane): PendingProof {
    return { carrier, lane, proof, parts, openedAt: this.height, held: new Map() }
  }

  /** In its place if it was pending already; else last, and the oldest of its carrier's may have to go. */
  #keep(proof: PendingProof): void {
    if (this.#pending.some((other) => isSame(other, proof))) {
      this.#pending = this.#pending.map((other) => (isSame(other, proof) ? proof : other))
      return
    }
    const own = this.#pending.filter(({ carrier }) => carrier === proof.carrier)
    const oldest = own.length < PENDING_PER_CARRIER ? undefined : own[0]
    this.#pending = [...this.#pending.filter((other) => other !== oldest), proof]
  }

  /** Leaves the list as it is, not only equal, if there is nothing to drop: see `close`. */
  #drop(matches: (proof: PendingProof) => boolean): void {
    if (this.#pending.some(matches)) this.#pending = this.#pending.filter((proof) => !matches(proof))
  }

  #isClosed(lane: FeedId): boolean {
    return this.base.closed.has(lane) || this.#closing.some((closed) => closed.lane === lane)
  }

  #isStale({ openedAt }: PendingProof): boolean {
    return this.height > openedAt + PENDING_HEIGHTS
  }
}

type Identity = Pick<PendingProof, 'carrier' | 'lane' | 'proof' | 'parts'>

/** Whether carrying this part drops another proof of the same carrier's, whose parts are not all there yet. */
export const pushesOut = ({ pending }: RegistryState, operation: CloseLane): boolean =>
  operation.parts > 1 &&
  !pending.some((proof) => isSame(proof, operation)) &&
  pending.filter(({ carrier }) => carrier === operation.carrier).length >= PENDING_PER_CARRIER

/** What all parts of one proof in one lane have in common. */
const isSame = (a: Identity, b: Identity): boolean =>
  a.carrier === b.carrier && a.lane === b.lane && a.proof === b.proof && a.parts === b.parts

const withPart = (proof: PendingProof, { part, bytes }: CloseLane): PendingProof => ({
  ...proof,
  held: new Map([...proof.held, [part, { bytes, digest: sha256(bytes) }]]),
})
