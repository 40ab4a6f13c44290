import type { FeedId } from '../../feeds/index.js'
import { FeedNumbers } from './feed-numbers.js'

/** What one source received, in its order. */
interface SourceOrder {
  readonly member: FeedId | undefined
  /** Highest height whose decision it had received. */
  decided: number
  /** For each message of a feed, `decided` when it was received. */
  readonly feeds: Map<FeedId, FeedNumbers>
}

/**
 * How far the chain was where a message arrived, in decided heights, by the order of arrival at each source: never
 * across sources, whose clocks may differ, nor by the word of one where there are more.
 */
export class SourceOrders {
  readonly #sources: readonly SourceOrder[]

  /** @param members main id of the member whose node received what a source holds, where that is known */
  constructor(members: readonly (FeedId | undefined)[]) {
    this.#sources = members.map((member) => ({ member, decided: 0, feeds: new Map() }))
  }

  /** A decision of this height or a lower one is news to nobody. */
  get decidedEverywhere(): number {
    return Math.min(...this.#sources.map(({ decided }) => decided))
  }

  /** Takes the next message of a source, and the height that it decides, if it does. */
  arrive(source: number, feed: FeedId, sequence: number, decides: number | undefined): void {
    const order = this.#sources[source]
    if (!order) return
    const arrivals = order.feeds.get(feed) ?? new FeedNumbers(sequence)
    order.feeds.set(feed, arrivals)
    arrivals.note(sequence, order.decided)
    if (decides !== undefined && decides > order.decided) order.decided = decides
  }

  /**
   * Decided heights when a message arrived, by source, ascending. The source of its author's own node does not count
   * where there is another: there it arrived when it was written, and perhaps nowhere else.
   */
  decidedAt(feed: FeedId, sequence: number, author: FeedId | undefined): readonly number[] {
    const others = this.#sources.filter(({ member }) => member === undefined || member !== author)
    const witnesses = others.length > 0 ? others : this.#sources
    return witnesses.flatMap(({ feeds }) => feeds.get(feed)?.at(sequence) ?? []).sort((a, b) => a - b)
  }
}

/** Of sorted numbers: half of the sources at least say so much or less, or, of two in the middle, the lower says it. */
export const lowerMedian = (sorted: readonly number[]): number | undefined => sorted[(sorted.length - 1) >> 1]

/** The same of the higher one. */
export const upperMedian = (sorted: readonly number[]): number | undefined => sorted[sorted.length >> 1]
