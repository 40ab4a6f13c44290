import type { ClassicMessage, FeedId, MessageKey } from '../../src/feeds/index.js'

/** What the exchange reads: the node's substrate is one, forked branches of feeds included. */
export interface MessageStore {
  /** Any message held, on whatever branch of its feed. */
  getByKey(key: MessageKey): Promise<ClassicMessage | undefined>
  /** Messages of the branch held by sequence, ascending and without gaps, at most `limit` from `fromSequence` on. */
  readFeed(feed: FeedId, fromSequence: number, limit: number): Promise<readonly ClassicMessage[]>
  /** The newest message of the branch held by sequence. */
  tip(feed: FeedId): Tip | undefined
  /** Of a feed whose beginning is not held any more the last message that went. */
  pruned(feed: FeedId): Tip | undefined
}

/** A message whose key was computed here. */
export interface StoredMessage {
  readonly key: MessageKey
  readonly value: ClassicMessage
}

export interface Tip {
  readonly sequence: number
  readonly key: MessageKey
}

/** Answer to `tips`, one for each feed asked, in that order. Sequence 0 and no key: nothing held. */
export interface FeedTip {
  readonly feed: FeedId
  readonly sequence: number
  readonly key: MessageKey | null
}
