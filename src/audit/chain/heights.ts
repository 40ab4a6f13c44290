import type { AssembledBody, MessageKey, MessageOf } from '../../feeds/index.js'
import type { AnyCertificate, ExecutedBlock, Judgement, Vote } from '../../protocol/index.js'

/** Everything about one height that was read, with what the replay made of it. */
export interface AuditedHeight {
  readonly height: number
  /** Well signed by members, in the feed of the role. */
  readonly votes: readonly Vote[]
  /** Those of them that link a message which is in no source. */
  readonly groundless: readonly Vote[]
  /** Of the right assembler. */
  readonly proposals: readonly MessageOf<AssembledBody>[]
  /** Those that hold. */
  readonly certificates: readonly AnyCertificate[]
  readonly block: ExecutedBlock
}

/** The next height, before it is executed. */
export interface OpenHeight<State> extends Omit<AuditedHeight, 'block'> {
  /** What a validator would say of each proposal. */
  readonly judgements: ReadonlyMap<MessageKey, Judgement<State>>
}

/** What became of it. */
export type ClosedHeight =
  | {
      readonly kind: 'executed'
      readonly block: ExecutedBlock
      /** Keys of the lane messages that it consists of. */
      readonly content: readonly MessageKey[]
    }
  | { readonly kind: 'ended'; readonly end: ReplayEnd }

/** Why the replay ended where it did. */
export type ReplayEnd =
  /** No commit certificate for the next height was read. */
  | 'undecided'
  /** The next height is decided, but its proposal or content is in no source. */
  | 'missing-content'
  /** A quorum signed another result than the block has: nothing after it can be judged. */
  | 'diverged'
