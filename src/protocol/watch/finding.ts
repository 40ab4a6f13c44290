import type { FeedId, FeedMessage, MessageKey } from '../../feeds/index.js'
import type { Culprit } from '../evidence/index.js'

/** Misbehaviour found while reading (protocol section 8). */
export interface Finding {
  readonly code: string
  /** `proof`: the messages prove it to anyone, see `verifyEvidence`. `evident`: they show that something is wrong. */
  readonly grade: 'proof' | 'evident'
  readonly culprits: readonly Culprit[]
  readonly messages: readonly MessageKey[]
  readonly facts: Readonly<Record<string, unknown>>
}

/** Somebody says that this key stands at a place of a feed. */
export interface Quote {
  readonly feed: FeedId
  readonly sequence: number
  readonly key: MessageKey
  /** Main id of the member who says so, and must be able to show the message. */
  readonly by: FeedId
}

/** What a watch asks of whoever runs it: what it cannot remember stands on a disk, here or at a peer. */
export type Sign =
  | { readonly kind: 'finding'; readonly finding: Finding }
  /** Is another message held at this place? Then show the watch both, fetching the quoted one if need be. */
  | { readonly kind: 'compare'; readonly quote: Quote }
  /** Nobody has brought this message although heights have passed: show it to the watch, fetched if not held. */
  | { readonly kind: 'fetch'; readonly key: MessageKey; readonly from: FeedId }
  /** Show the watch this suspect with each vote of this height in the feed, whose heights ascend. */
  | { readonly kind: 'scan'; readonly feed: FeedId; readonly height: number; readonly suspect: FeedMessage }
