import type { FeedId } from '../../src/feeds/index.js'
import type { Refusal } from '../../src/util/index.js'
import type { ExchangeClient } from './client.js'
import type { ExchangePeer } from './remote.js'
import type { StoredMessage, Tip } from './store.js'

export interface CatchUpOptions {
  readonly client: ExchangeClient
  readonly peer: ExchangePeer
  readonly feeds: readonly FeedId[]
  /** Where each feed ends here, now; undefined if nothing of it is held. */
  readonly tip: (feed: FeedId) => Tip | undefined
  /** Appends verified messages, each on top of the one before, the first on top of the tip here. */
  readonly add: (messages: readonly StoredMessage[]) => Promise<void>
  /** Fetches only feeds that lag by more than this; replication carries the rest. */
  readonly lag?: number
}

export interface CaughtUp {
  readonly feed: FeedId
  readonly added: number
  readonly refusal: Refusal | null
}

/**
 * Fetches what a peer holds beyond us, page by page. For a node far behind: replication serves old messages one
 * by one through an index that steady traffic keeps behind (docs/substrate.md, D4).
 *
 * Replication may go on meanwhile: every page starts where the feed ends by then.
 *
 * @returns one entry for each feed that was fetched. A `broken-link` there means that the peer holds another
 *   branch than we do.
 * @throws CodedError as the client does, and whatever `add` throws.
 */
export const catchUp = async (options: CatchUpOptions): Promise<readonly CaughtUp[]> => {
  const { client, peer, feeds, tip, lag = 0 } = options
  const theirs = await client.tipsFrom(peer, feeds)
  if ('verdict' in theirs) return feeds.map((feed) => ({ feed, added: 0, refusal: theirs }))
  const results: CaughtUp[] = []
  for (const { feed, sequence, key } of theirs) {
    const behind = sequence - (tip(feed)?.sequence ?? 0)
    if (key !== null && behind > lag) results.push(await catchUpFeed(options, feed, { sequence, key }))
  }
  return results
}

const catchUpFeed = async (
  { client, peer, tip, add }: CatchUpOptions,
  feed: FeedId,
  target: Tip,
): Promise<CaughtUp> => {
  let added = 0
  for (;;) {
    const own = tip(feed)
    const from = (own?.sequence ?? 0) + 1
    if (from > target.sequence) return { feed, added, refusal: null }
    const page = await client.pageFrom(peer, { feed, from, previous: own?.key ?? null, tip: target })
    if (page.messages.length > 0) await add(page.messages)
    added += page.messages.length
    if (page.refusal || page.complete || page.messages.length === 0) {
      return { feed, added, refusal: page.refusal }
    }
  }
}
