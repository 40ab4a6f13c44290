import type { FeedId, Hash, MessageKey, Signature } from './ids.js'

/**
 * The messages of all feeds, parsed (protocol section 4). The wire shape of each stands in `messages/<type>.ts`
 * and nowhere else; everything behind the gate works on these types.
 */

/** One SSB classic message as replicated, signature and place in its feed already checked. */
export interface FeedMessage {
  readonly key: MessageKey
  readonly author: FeedId
  readonly sequence: number
  readonly previous: MessageKey | null
  /** Milliseconds of the author's clock: proves nothing but its own order. */
  readonly timestamp: number
  /** UTF-16 code units of the signed JSON, as SSB itself counts (at most 8192). Blocks are capped in this unit. */
  readonly size: number
  /** What the gate made of `content`: a body, or the verdict on something that does not parse. */
  readonly body: Body | Junk
}

/** A message whose body is known to be of one type. */
export type MessageOf<B extends Body> = FeedMessage & { readonly body: B }

/** Content that no schema accepts. It stays in the feed, counts for nothing, and convicts its author. */
export interface Junk {
  readonly type: 'junk'
  /** Why: the code of the verdict. */
  readonly code: string
}

export type Body =
  | IdentityBody
  | TransactionBody
  | PrecommitBody
  | SkipBody
  | CommitBody
  | SealBody
  | BlockBody
  | AssembledBody
  | CertificateBody
  | SkipCertificateBody
  | EvidenceBody
  | ContactBody

/** First message of every role feed: who owns it, endorsed both ways (protocol section 2). */
export interface IdentityBody {
  readonly type: 'identity'
  readonly owner: FeedId
  readonly role: string
  readonly ownerSignature: Signature
  readonly roleSignature: Signature
}

/** An ordinary SSB follow, published on main feeds as the record for plain SSB peers. */
export interface ContactBody {
  readonly type: 'contact'
  readonly contact: FeedId
  readonly following: boolean
}

export interface TransactionBody {
  readonly type: 'transaction'
  /** Canonical bytes of each transaction, at most 64. */
  readonly transactions: readonly Uint8Array[]
}

/** What is voted on: `x = (blockId, xRoot)`. */
export interface Value {
  readonly block: Hash
  readonly xRoot: Hash
}

export interface PrecommitBody extends Value {
  readonly type: 'precommit'
  readonly skip: false
  readonly height: number
  readonly round: number
  /** The proposal voted for. */
  readonly assembled: MessageKey
  readonly exceptions: { readonly count: number; readonly positions: readonly number[] }
  /** The certificate by which the round was entered, for rounds above 0. */
  readonly entry: MessageKey | null
  readonly signature: Signature
}

export interface SkipBody {
  readonly type: 'precommit'
  readonly skip: true
  readonly height: number
  readonly round: number
  readonly entry: MessageKey | null
  readonly signature: Signature
}

export interface CommitBody extends Value {
  readonly type: 'commit'
  readonly height: number
  readonly round: number
  readonly precommitted: MessageKey
  readonly signature: Signature
}

export interface SealBody extends Value {
  readonly type: 'seal'
  readonly height: number
  readonly committed: MessageKey
  readonly stateRoot: Hash
  readonly signature: Signature
}

/** "Slot h is open": an empty block, a pure function of chain and height. */
export interface BlockBody {
  readonly type: 'block'
  readonly height: number
  readonly previous: Hash
  readonly hash: Hash
}

/** A lane that advanced: its index in registry order, and the tip the block takes it to. */
export interface LaneAdvance {
  readonly lane: number
  readonly sequence: number
  readonly tip: MessageKey
}

/** The newest assembled message of another Messagenode, by its index, that this one had seen. */
export interface Seen {
  readonly messagenode: number
  readonly sequence: number
  readonly key: MessageKey
}

export interface AssembledBody {
  readonly type: 'assembled'
  readonly height: number
  readonly round: number
  /** A `block` message that opens the slot. */
  readonly slot: MessageKey
  readonly block: Hash
  readonly parent: Hash
  /** A `committed` message for the parent; null on top of genesis. */
  readonly parentCertificate: MessageKey | null
  /** Ascending by lane; lanes that did not advance are left out. */
  readonly cut: readonly LaneAdvance[]
  readonly cutRoot: Hash
  readonly txRoot: Hash
  readonly txCount: number
  /** Last sequence held of every lane, in registry order. */
  readonly have: readonly number[]
  readonly seen: readonly Seen[]
  /** Round whose precommitted block is proposed again; -1 is a free choice. */
  readonly base: number
  readonly justify: { readonly skipped: MessageKey | null; readonly precommitted: MessageKey | null }
}

export type CertifiedStage = 'precommit' | 'commit' | 'seal'
export type Stage = CertifiedStage | 'skip'

/** A quorum of signatures. `type` names the feed: precommitted, committed, sealed. */
export interface CertificateBody extends Value {
  readonly type: 'precommitted' | 'committed' | 'sealed'
  readonly skip: false
  readonly height: number
  /** Always 0 in a sealed certificate, whatever round decided. */
  readonly round: number
  readonly assembled: MessageKey
  /** Only in a sealed certificate, else null. */
  readonly stateRoot: Hash | null
  /** Validator indices, ascending, one signature each. */
  readonly signers: readonly number[]
  readonly signatures: readonly Signature[]
  /** Merkle root over (stage, index, role key, signature). */
  readonly root: Hash
}

/** A quorum of skips, in the precommitted feed. */
export interface SkipCertificateBody {
  readonly type: 'precommitted'
  readonly skip: true
  readonly height: number
  readonly round: number
  /** The publisher's own skip certificate of the round before, if it has one. */
  readonly previous: MessageKey | null
  readonly signers: readonly number[]
  readonly signatures: readonly Signature[]
  readonly root: Hash
}

/** A part of a proof of misbehaviour: the whole of one does not fit into a message. */
export interface EvidenceBody {
  readonly type: 'evidence'
  /** H of the proof's bytes. */
  readonly proof: Hash
  /** From 0. */
  readonly part: number
  readonly parts: number
  readonly bytes: Uint8Array
}
