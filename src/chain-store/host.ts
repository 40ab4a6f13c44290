import type { HealthReport } from '../api/index.js'
import type { FeedId, FeedMessage, Hash, MessageKey } from '../feeds/index.js'
import type { ChainApplication, ChainState, Effect, EvidenceProof, Finding } from '../protocol/index.js'
import type { Epoch, Network } from '../roles/index.js'

/** What the services need of the node they run in, and all that they know of it. */
export interface ChainHost<State> {
  readonly network: Network
  /** The main identity of this node. */
  readonly self: FeedId
  readonly application: ChainApplication<State>
  /** The chain as executed here; height 0 and the genesis state before the first block. */
  latest(): { readonly height: number; readonly state: ChainState<State> }
  epochAt(height: number): Epoch
  status(): CoreStatus
  /** Judged anew at each call. */
  health(): HealthReport
  /** How often a stalled feed was dealt with, by outcome. */
  stallCounts(): Readonly<Record<string, number>>
  readonly evidence: EvidenceShelf
  /**
   * Tells of everything from the first message of the replay on, in the order in which the core saw it: the
   * messages of a batch before the effects that they caused. Returns how to stop.
   */
  subscribe(listener: (event: HostEvent<State>) => void): () => void
  /** A message of the branch that was decided, or null if it is not held here (any more). */
  message(feed: FeedId, sequence: number): Promise<FeedMessage | null>
  messageByKey(key: MessageKey): Promise<FeedMessage | null>
  /** Main ids of the Messagenodes known to hold a feed up to this sequence. */
  replicatedTo(feed: FeedId, sequence: number): readonly FeedId[]
}

export type HostEvent<State> =
  | ChainEffect<State>
  | { readonly kind: 'messages'; readonly messages: readonly FeedMessage[] }
  /** A Messagenode is newly known to hold own messages up to some sequence; ask `replicatedTo`. */
  | { readonly kind: 'replicated' }

export type ChainEffect<State> =
  | Extract<Effect, { readonly kind: 'decided' | 'sealed' }>
  | (Omit<Extract<Effect, { readonly kind: 'executed' }>, 'block'> & {
      readonly block: Extract<Effect, { readonly kind: 'executed' }>['block'] & {
        readonly state: ChainState<State>
      }
    })

/** What this node holds against members, found here or learned from others. */
export interface EvidenceShelf {
  list(): readonly HeldEvidence[]
  /** The proof of this hash; null if there is none. */
  proof(hash: string): EvidenceProof | null
}

export interface HeldEvidence extends Finding {
  readonly hash: Hash
  /** Whether there is a proof to download. */
  readonly proved: boolean
}

/** Asked for with every submission: it must cost nothing. */
export interface CoreStatus {
  /** Height and round being decided. */
  readonly height: number
  readonly round: number
  /** Members connected at the moment. */
  readonly peers: number
  /** False until the replay is over and own feeds are complete: nothing may be published before. */
  readonly started: boolean
  /** Code of the reason why this node stopped signing, or null. */
  readonly halted: string | null
}
