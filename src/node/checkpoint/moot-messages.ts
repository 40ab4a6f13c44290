import type { FeedId, FeedMessage, LaneTip } from '../../feeds/index.js'
import { heightOf } from '../../protocol/index.js'
import { allFeeds, lanesOf, type Registry } from '../../roles/index.js'

/**
 * Heights rise along every feed but for a few inside the open window; a certificate may also come as late as the core
 * still takes it. Twice that, so that nothing that matters is ever left out: what is read in vain costs little.
 */
const MARGIN = 30

export interface MootPorts {
  readonly registry: Registry
  /** Own feeds are always read whole: the sign guard learns from them what was said. */
  readonly isOwn: (feed: FeedId) => boolean
  readonly tip: (feed: FeedId) => number
  readonly read: (feed: FeedId, sequence: number) => Promise<FeedMessage | null>
}

/**
 * For each feed the last sequence that a core which starts at `height` with this cut need not read: of lanes what is
 * executed, of other feeds what speaks of heights well below. Found by halving, a dozen reads a feed.
 */
export const mootMessages = async (
  { registry, isOwn, tip, read }: MootPorts,
  height: number,
  cut: readonly LaneTip[],
): Promise<Record<string, number>> => {
  const moot: Record<string, number> = {}
  for (const [index, lane] of lanesOf(registry.epoch).entries()) {
    if (!isOwn(lane)) moot[lane] = cut[index]?.sequence ?? 0
  }
  for (const feed of allFeeds(registry)) {
    if (isOwn(feed) || feed in moot) continue
    const last = await lastBelow(height - MARGIN, tip(feed), (sequence) => read(feed, sequence))
    // One more is read, so that the newest message of a feed that has fallen silent is always known.
    if (last > 1) moot[feed] = last - 1
  }
  return moot
}

/** The last message that speaks of a height up to `limit`, if heights rise; 0 if the first does not. */
const lastBelow = async (
  limit: number,
  tip: number,
  read: (sequence: number) => Promise<FeedMessage | null>,
): Promise<number> => {
  let low = 0
  let high = tip
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const message = await read(middle)
    const height = message && heightOf(message.body)
    if (height !== null && height <= limit) low = middle
    else high = middle - 1
  }
  return low
}
