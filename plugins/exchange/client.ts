import { type FeedId, isMessageKey, type MessageKey } from '../../src/feeds/index.js'
import { assert, type Refusal, reject } from '../../src/util/index.js'
import { EXCHANGE_LIMITS, type ExchangeLimits } from './limits.js'
import { callPeer, type ExchangePeer } from './remote.js'
import type { FeedTip, StoredMessage, Tip } from './store.js'
import { isRefusal, type Judge, type Link, nextLink, verifyMessage } from './verify.js'

/**
 * The asking side of `blockfin.*`. Nothing a peer sends is used before it was verified here; what a peer did wrong
 * comes back as a verdict, and what the world did wrong (time-outs, lost links, refusals) is thrown.
 *
 * Codes of verdicts: `malformed-reply`, `reply-too-long`, `unasked-message`, `malformed-message`,
 * `oversized-message`, `author-not-registered`, `bad-signature`, `foreign-feed`, `broken-sequence`, `beyond-tip`,
 * `broken-link`, `tip-mismatch`.
 */
export interface ExchangeClient {
  /** Those of the messages that the peer holds, each verified; the rest it does not hold. */
  getFrom(peer: ExchangePeer, keys: readonly MessageKey[]): Promise<Fetched>
  /** The verified beginning of a range, at least one message unless refused or not held. */
  pageFrom(peer: ExchangePeer, range: Range): Promise<FetchedPage>
  /** The same with links and keys checked only: for whoever verifies signatures while adding. */
  linkedPageFrom(peer: ExchangePeer, range: Range): Promise<FetchedPage>
  /** The whole range, page after page, linked to its tip; incomplete if refused on the way. */
  rangeFrom(peer: ExchangePeer, range: Range): Promise<FetchedPage>
  /** What the peer says it holds, one for each feed and in that order: a claim until it is fetched. */
  tipsFrom(peer: ExchangePeer, feeds: readonly FeedId[]): Promise<readonly FeedTip[] | Refusal>
  offerTo(peer: ExchangePeer, keys: readonly MessageKey[]): Promise<void>
}

export interface Fetched {
  readonly messages: readonly StoredMessage[]
  /** Why the rest of the answer was thrown away; null if nothing was wrong. */
  readonly refusal: Refusal | null
}

export interface FetchedPage extends Fetched {
  /** The messages reach the tip, and so are its prefix by hash. */
  readonly complete: boolean
}

export interface Range {
  readonly feed: FeedId
  /** First sequence wanted, at most the tip's. */
  readonly from: number
  /** Key of the message before `from`; null if there is none; undefined if it is not held. */
  readonly previous: MessageKey | null | undefined
  readonly tip: Tip
}

export interface ExchangeClientOptions extends Judge {
  readonly timeoutMs?: number
  readonly limits?: ExchangeLimits
}

export const createExchangeClient = (options: ExchangeClientOptions): ExchangeClient => {
  const { timeoutMs = 10_000, limits = EXCHANGE_LIMITS } = options

  const askForKeys = async (peer: ExchangePeer, keys: readonly MessageKey[]): Promise<Fetched> => {
    const reply = await callPeer(peer, 'get', [keys], timeoutMs)
    const values = messagesOf(reply, Math.min(limits.messagesPerPage, keys.length))
    if (isRefusal(values)) return { messages: [], refusal: values }
    return verifyEach(values, (value) => {
      const message = verifyMessage(options, value)
      return isRefusal(message) || keys.includes(message.key) ? message : reject('unasked-message')
    })
  }

  const pageFrom = async (peer: ExchangePeer, range: Range, judge: Judge = options): Promise<FetchedPage> => {
    assert(range.from <= range.tip.sequence, 'a range begins at or before its tip')
    const reply = await callPeer(peer, 'range', [range.feed, range.from, range.tip.key], timeoutMs)
    const values = messagesOf(reply, limits.messagesPerPage)
    if (isRefusal(values)) return { messages: [], refusal: values, complete: false }

    let link: Link = { ...range, sequence: range.from }
    const { messages, refusal } = verifyEach(values, (value) => {
      const message = verifyMessage(judge, value, link)
      if (!isRefusal(message)) link = nextLink(link, message)
      return message
    })
    return { messages, refusal, complete: link.previous === range.tip.key }
  }

  return {
    async getFrom(peer, keys) {
      const found: StoredMessage[] = []
      let missing: readonly MessageKey[] = [...new Set(keys)]
      while (missing.length > 0) {
        const asked = missing.slice(0, limits.keysPerCall)
        const { messages, refusal } = await askForKeys(peer, asked)
        found.push(...messages)
        if (refusal) return { messages: found, refusal }
        // A page may end before the keys do; an empty one says that none of them is held.
        const gone = new Set(messages.length > 0 ? messages.map(({ key }) => key) : asked)
        missing = missing.filter((key) => !gone.has(key))
      }
      return { messages: found, refusal: null }
    },

    pageFrom: (peer, range) => pageFrom(peer, range),
    linkedPageFrom: (peer, range) => pageFrom(peer, range, { ...options, verify: null }),

    async rangeFrom(peer, range) {
      const found: StoredMessage[] = []
      let rest = range
      for (;;) {
        const page = await pageFrom(peer, rest)
        found.push(...page.messages)
        const last = page.messages.at(-1)
        if (page.complete || page.refusal || !last) return { ...page, messages: found }
        rest = { ...rest, from: last.value.sequence + 1, previous: last.key }
      }
    },

    async tipsFrom(peer, feeds) {
      const tips: FeedTip[] = []
      for (let start = 0; start < feeds.length; start += limits.feedsPerCall) {
        const asked = feeds.slice(start, start + limits.feedsPerCall)
        const reply = await callPeer(peer, 'tips', [asked], timeoutMs)
        if (!Array.isArray(reply) || reply.length !== asked.length) return reject('malformed-reply')
        for (const [index, feed] of asked.entries()) {
          const tip: unknown = reply[index]
          if (!isFeedTip(tip) || tip.feed !== feed) return reject('malformed-reply')
          tips.push({ feed, sequence: tip.sequence, key: tip.key })
        }
      }
      return tips
    },

    async offerTo(peer, keys) {
      for (let start = 0; start < keys.length; start += limits.keysPerCall) {
        await callPeer(peer, 'offer', [keys.slice(start, start + limits.keysPerCall)], timeoutMs)
      }
    },
  }
}

const messagesOf = (reply: unknown, limit: number): readonly unknown[] | Refusal => {
  if (!Array.isArray(reply)) return reject('malformed-reply')
  return reply.length > limit ? reject('reply-too-long') : reply
}

/** Everything before the first message that is refused. */
const verifyEach = (
  values: readonly unknown[],
  verify: (value: unknown) => StoredMessage | Refusal,
): Fetched => {
  const messages: StoredMessage[] = []
  for (const value of values) {
    const message = verify(value)
    if (isRefusal(message)) return { messages, refusal: message }
    messages.push(message)
  }
  return { messages, refusal: null }
}

const isFeedTip = (value: unknown): value is FeedTip => {
  if (typeof value !== 'object' || value === null) return false
  const { sequence, key } = value as Record<string, unknown>
  if (sequence === 0) return key === null
  return Number.isSafeInteger(sequence) && Number(sequence) > 0 && isMessageKey(key)
}
