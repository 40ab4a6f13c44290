import type { FeedId } from '../../feeds/index.js'
import type { FeedBeginning, FeedSource } from './source.js'

/** A feed is audited from where all sources have it. */
export const latestBeginnings = (sources: readonly FeedSource[]): ReadonlyMap<FeedId, FeedBeginning> => {
  const latest = new Map<FeedId, FeedBeginning>()
  for (const { beginnings = [] } of sources) {
    for (const beginning of beginnings) {
      const { feed, sequence } = beginning
      if (sequence > (latest.get(feed)?.sequence ?? 0)) latest.set(feed, beginning)
    }
  }
  return latest
}
