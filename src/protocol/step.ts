import type {
  AssembledBody,
  BlockBody,
  CertificateBody,
  CommitBody,
  FeedId,
  FeedMessage,
  Hash,
  MessageKey,
  PrecommitBody,
  SealBody,
  Signature,
  SkipBody,
  SkipCertificateBody,
  Value,
} from '../feeds/index.js'
import type { Network, Role } from '../roles/index.js'
import type { Refusal } from '../util/index.js'
import type { Application } from './application.js'
import type { ChainState } from './chain-application.js'

/**
 * The seam between the pure core and everything else. `step(state, event)` of a validator or a Messagenode takes
 * one event and returns effects; node, simulator and auditor carry them out, each in its own way. Time and
 * signatures arrive in events. `step` owns the state it is given: use only the one it returns.
 */

export type Event =
  /** Next messages of their feeds, without gaps, own ones included; also everything replayed before `start`. */
  | { readonly kind: 'messages'; readonly at: Millis; readonly messages: readonly FeedMessage[] }
  /** Messages named by key, as wanted or offered: signed, but their place in the feed is unchecked. */
  | { readonly kind: 'fetched'; readonly at: Millis; readonly messages: readonly FeedMessage[] }
  | { readonly kind: 'timer'; readonly at: Millis; readonly timer: TimerName }
  /** The replay is over and own feeds are known to be complete: signing may begin. */
  | { readonly kind: 'start'; readonly at: Millis }
  /** A link to this member is up: what was offered while it was down is offered again. */
  | { readonly kind: 'connected'; readonly at: Millis; readonly peer: FeedId }
  /** Two branches of a feed are proved to exist. */
  | { readonly kind: 'forked'; readonly at: Millis; readonly feed: FeedId }

/** Monotonic milliseconds; only differences mean anything. */
export type Millis = number

/** `round`: a validator's round timer. `batch`, `reproposal`: an assembler's pacing (protocol section 5). */
export type TimerName = 'round' | 'batch' | 'reproposal'

export type Effect =
  | Publish
  /** Arm (again) or, with null, cancel. */
  | { readonly kind: 'timer'; readonly timer: TimerName; readonly delayMs: Millis | null }
  /** Something newly wanted; everything still missing is listed by `wants(state)` until it arrives or is moot. */
  | { readonly kind: 'want'; readonly want: Want }
  /** Leave this feed unread from here on, own window or memory being full: deliver nothing of it until `reread`. */
  | { readonly kind: 'pause'; readonly feed: FeedId }
  /** The feed is wanted as `messages` again, from this sequence on and then without a gap. */
  | { readonly kind: 'reread'; readonly feed: FeedId; readonly from: number }
  /** Show these certificates to Messagenodes that have not shown them themselves. */
  | { readonly kind: 'offer'; readonly keys: readonly MessageKey[]; readonly to: readonly FeedId[] }
  | {
      readonly kind: 'verdict'
      readonly message: MessageKey
      readonly author: FeedId
      readonly refusal: Refusal
    }
  | { readonly kind: 'entered'; readonly height: number; readonly round: number }
  | {
      readonly kind: 'decided'
      readonly height: number
      readonly value: Value
      readonly certificate: MessageKey
    }
  | { readonly kind: 'executed'; readonly block: ExecutedBlock }
  | { readonly kind: 'sealed'; readonly height: number; readonly certificate: MessageKey }
  /** This node must not sign any more: what it computes differs from what a quorum signed. */
  | { readonly kind: 'halt'; readonly code: string; readonly facts: Readonly<Record<string, unknown>> }

export interface Publish {
  readonly kind: 'publish'
  readonly role: Role
  readonly draft: Draft
  /** What the role key signs inside the message; null where SSB's own signature is enough. */
  readonly voteBytes: Uint8Array | null
  /** Messages of others that must be durable here before this one may replicate. */
  readonly durable: readonly MessageKey[]
}

type Unsigned<B extends { readonly signature: Signature }> = Omit<B, 'signature'>

/** A body before it is signed. */
export type Draft =
  | Unsigned<PrecommitBody>
  | Unsigned<SkipBody>
  | Unsigned<CommitBody>
  | Unsigned<SealBody>
  | BlockBody
  | AssembledBody
  | CertificateBody
  | SkipCertificateBody

export type Want =
  | { readonly kind: 'message'; readonly key: MessageKey; readonly from: readonly FeedId[] }
  /** The messages of a lane after `after` up to the one called `tip`, which is at `sequence`. */
  | {
      readonly kind: 'range'
      readonly lane: FeedId
      readonly after: number
      readonly sequence: number
      readonly tip: MessageKey
      readonly from: readonly FeedId[]
    }

/** One transaction at its place: lane index, sequence of its feed message, index inside it. */
export interface PlacedTransaction {
  readonly lane: number
  readonly sequence: number
  readonly index: number
  readonly bytes: Uint8Array
}

export interface ExecutedBlock {
  readonly height: number
  readonly value: Value
  readonly assembled: FeedMessage & { readonly body: AssembledBody }
  /** In block order, with `codes` beside it. */
  readonly transactions: readonly PlacedTransaction[]
  readonly codes: Uint8Array
  /** The application's state, and the registry, after this block. */
  readonly state: ChainState<unknown>
  readonly stateRoot: Hash
}

/** What a core is told once. */
export interface Context<State> {
  readonly network: Network
  /** The main identity this core acts for. */
  readonly self: FeedId
  readonly application: Application<State>
  /** Pure ed25519 verification, by a role or account key. */
  readonly verify: Verify
}

export type Verify = (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean

/** A pure state machine: a validator's or a Messagenode's. */
export interface Core<State> {
  readonly initial: State
  step(state: State, event: Event): { readonly state: State; readonly effects: readonly Effect[] }
  /** All that is wanted and not here yet, for asking again. */
  wants(state: State): readonly Want[]
}
