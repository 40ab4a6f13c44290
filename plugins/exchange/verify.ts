import {
  classicText,
  type FeedId,
  isClassicMessage,
  MESSAGE_SIZE_LIMIT,
  type MessageKey,
  messageKeyOfText,
  type VerifySignature,
  verifyTextSignature,
} from '../../src/feeds/index.js'
import { type Refusal, reject } from '../../src/util/index.js'
import type { StoredMessage, Tip } from './store.js'

/** What a client knows by itself when it judges what a peer sent. */
export interface Judge {
  readonly admits: (author: FeedId) => boolean
  /** Null where signatures are verified while adding. */
  readonly verify: VerifySignature | null
}

export const isRefusal = (value: object): value is Refusal => 'verdict' in value

/** A place in a chain: the next message must be of this feed, at this sequence, on top of this one. */
export interface Link {
  readonly feed: FeedId
  readonly sequence: number
  /** Key of the message before; null at the start of a feed; undefined if it is not held. */
  readonly previous: MessageKey | null | undefined
  /** The chain ends here. */
  readonly tip: Tip
}

/**
 * The message with its key recomputed, if it is an admitted author's and signed, and stands at its place where one is
 * given; else why not. Printed once: a node that is far behind judges nothing but these.
 */
export const verifyMessage = (judge: Judge, value: unknown, link?: Link): StoredMessage | Refusal => {
  if (!isClassicMessage(value)) return reject('malformed-message')
  const text = classicText(value)
  const key = messageKeyOfText(text)
  const misplaced = link && linkRefusal(link, { key, value })
  if (misplaced) return misplaced
  if (text.length > MESSAGE_SIZE_LIMIT) return reject('oversized-message', { key })
  if (!judge.admits(value.author)) return reject('author-not-registered', { key })
  const { verify } = judge
  if (verify && !verifyTextSignature(text, value, verify)) return reject('bad-signature', { key })
  return { key, value }
}

/** Does this message stand at that place? */
const linkRefusal = (link: Link, { key, value }: StoredMessage): Refusal | undefined => {
  const { author, sequence, previous } = value
  if (author !== link.feed) return reject('foreign-feed')
  if (sequence !== link.sequence) return reject('broken-sequence', { expected: link.sequence })
  if (sequence > link.tip.sequence) return reject('beyond-tip')
  if (link.previous !== undefined && previous !== link.previous) return reject('broken-link', { sequence })
  if (sequence === link.tip.sequence && key !== link.tip.key) return reject('tip-mismatch', { sequence })
  return undefined
}

export const nextLink = (link: Link, { key }: { readonly key: MessageKey }): Link => ({
  ...link,
  sequence: link.sequence + 1,
  previous: key,
})
