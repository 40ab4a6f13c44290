import {
  classicSize,
  type FeedId,
  isClassicMessage,
  MESSAGE_SIZE_LIMIT,
  type MessageKey,
  messageKeyOfValue,
  verifyMessageSignature,
  type VerifySignature,
} from '../../src/feeds/index.js'
import { type Refusal, reject } from '../../src/util/index.js'
import type { StoredMessage, Tip } from './store.js'

/** What a client knows by itself when it judges what a peer sent. */
export interface Judge {
  readonly admits: (author: FeedId) => boolean
  readonly verify: VerifySignature
}

export const isRefusal = (value: object): value is Refusal => 'verdict' in value

/** The message with its key recomputed, if it is an admitted author's and signed; else why not. */
export const verifyMessage = (judge: Judge, value: unknown): StoredMessage | Refusal => {
  if (!isClassicMessage(value)) return reject('malformed-message')
  const key = messageKeyOfValue(value)
  if (classicSize(value) > MESSAGE_SIZE_LIMIT) return reject('oversized-message', { key })
  if (!judge.admits(value.author)) return reject('author-not-registered', { key })
  if (!verifyMessageSignature(value, null, judge.verify)) return reject('bad-signature', { key })
  return { key, value }
}

/** A place in a chain: the next message must be of this feed, at this sequence, on top of this one. */
export interface Link {
  readonly feed: FeedId
  readonly sequence: number
  /** Key of the message before; null at the start of a feed; undefined if it is not held. */
  readonly previous: MessageKey | null | undefined
  /** The chain ends here. */
  readonly tip: Tip
}

/** Does this message stand at that place? Checked before the signature, because it costs nothing. */
export const linkRefusal = (link: Link, value: unknown): Refusal | undefined => {
  if (!isClassicMessage(value)) return reject('malformed-message')
  if (value.author !== link.feed) return reject('foreign-feed')
  if (value.sequence !== link.sequence) return reject('broken-sequence', { expected: link.sequence })
  if (value.sequence > link.tip.sequence) return reject('beyond-tip')
  if (link.previous !== undefined && value.previous !== link.previous) {
    return reject('broken-link', { sequence: value.sequence })
  }
  if (value.sequence === link.tip.sequence && messageKeyOfValue(value) !== link.tip.key) {
    return reject('tip-mismatch', { sequence: value.sequence })
  }
  return undefined
}

export const nextLink = (link: Link, { key }: { readonly key: MessageKey }): Link => ({
  ...link,
  sequence: link.sequence + 1,
  previous: key,
})
