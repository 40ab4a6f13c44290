import type { FeedId } from '../../src/feeds/index.js'
import { isCoded, type Refusal, reject } from '../../src/util/index.js'
import type { FeedRequests } from '../feed-requests/index.js'
import type { ExchangeClient, FetchedPage } from './client.js'
import type { FeedTurns } from './feed-turns.js'
import type { ExchangePeer } from './remote.js'
import type { StoredMessage, Tip } from './store.js'

export interface CatchUpOptions {
  readonly client: ExchangeClient
  readonly peer: ExchangePeer
  readonly feeds: readonly FeedId[]
  /** Where each feed ends here, now; undefined if nothing of it is held. */
  readonly tip: (feed: FeedId) => Tip | undefined
  /**
   * Verifies messages and appends them, each on top of the one before, passing over what is held by now; tells why
   * one was refused, if one was. Their links were checked, their signatures not.
   */
  readonly add: (messages: readonly StoredMessage[]) => Refusal | null
  /** Fetches only feeds that lag by more than this; replication carries the rest. */
  readonly lag?: number
  /** Shared by all that catch up at the same time. */
  readonly turns: FeedTurns
  /** Keeps replication of all these feeds still while pages come fast, since both would bring the same messages. */
  readonly replication?: Pick<FeedRequests, 'rest' | 'wake'>
}

export interface CaughtUp {
  readonly feed: FeedId
  readonly added: number
  readonly refusal: Refusal | null
}

/** Who needs this long for a page, and gives fewer messages a second than this, loses the feed to the next. */
const PATIENCE_MS = 500
const LEAST_PER_SECOND = 50

/** With so many messages a page, and no such wait, replication rests, but no longer than this for the next page. */
const QUICK_PAGE = 100
const REST_MS = 1_000

/**
 * Fetches what a peer holds beyond us, page by page, the next one asked for while one is verified. For a node far
 * behind: replication serves old messages one by one through an index that steady traffic keeps behind
 * (docs/substrate.md, D4). Replication goes on meanwhile, unless the pages come fast.
 *
 * @returns one entry for each feed that was fetched; feeds that another peer is just giving are left to it. A
 *   `broken-link` there means that the peer holds another branch than we do.
 * @throws CodedError as the client does, but for the peer's refusal of one feed, which stands in its entry.
 */
export const catchUp = async (options: CatchUpOptions): Promise<readonly CaughtUp[]> => {
  const { client, peer, feeds, tip, turns, lag = 0 } = options
  const theirs = await client.tipsFrom(peer, feeds)
  if ('verdict' in theirs) return feeds.map((feed) => ({ feed, added: 0, refusal: theirs }))
  const left = new Map(
    theirs.flatMap(({ feed, sequence, key }) => {
      const behind = sequence - (tip(feed)?.sequence ?? 0)
      return key === null || behind <= lag ? [] : [[feed, { sequence, key }] as const]
    }),
  )
  const onQuickPage = (): void => left.forEach((_, feed) => options.replication?.rest(feed, REST_MS))
  const end = (feed: FeedId): void => {
    turns.end(feed, peer.id)
    options.replication?.wake(feed)
    left.delete(feed)
  }
  const results: CaughtUp[] = []
  try {
    for (const [feed, target] of left) {
      if (turns.take(feed, peer.id)) results.push(await catchUpFeed(options, feed, target, onQuickPage))
      end(feed)
    }
  } finally {
    for (const feed of left.keys()) end(feed)
  }
  return results
}

const catchUpFeed = async (
  { client, peer, tip, add, turns }: CatchUpOptions,
  feed: FeedId,
  target: Tip,
  onQuickPage: () => void,
): Promise<CaughtUp> => {
  const pageAfter = (last: Tip | undefined): Promise<FetchedPage> | null => {
    const from = (last?.sequence ?? 0) + 1
    if (from > target.sequence) return null
    const range = { feed, from, previous: last?.key ?? null, tip: target }
    return client.linkedPageFrom(peer, range).catch(refusedPage)
  }
  let added = 0
  let next = pageAfter(tip(feed))
  while (next) {
    const askedAt = performance.now()
    const { messages, refusal, complete } = await next
    const waitedMs = performance.now() - askedAt
    const last = messages.at(-1)
    const isOver = complete || refusal !== null || !last
    next = isOver ? null : pageAfter({ sequence: last.value.sequence, key: last.key })
    // If it is not waited for in the end, it may fail unheard.
    next?.catch(() => undefined)
    if (waitedMs < PATIENCE_MS && messages.length >= QUICK_PAGE) onQuickPage()
    const before = tip(feed)?.sequence ?? 0
    const refused = add(messages)
    added += (tip(feed)?.sequence ?? 0) - before
    const isSlow = waitedMs > PATIENCE_MS && messages.length < (waitedMs / 1000) * LEAST_PER_SECOND
    if (refused ?? refusal) return { feed, added, refusal: refused ?? refusal }
    if (!isOver && (isSlow || !turns.take(feed, peer.id))) break
  }
  return { feed, added, refusal: null }
}

/** A peer that will not give one feed may well give the next. */
const refusedPage = (error: unknown): FetchedPage => {
  if (!isCoded(error) || error.code !== 'exchange-refused') throw error
  return { messages: [], refusal: reject(String(error.data['code'])), complete: false }
}
