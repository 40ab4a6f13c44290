import type { FeedId } from '../../src/feeds/index.js'

/** A giver that brings nothing to speak of for this long loses the feed to the next. */
const TURN_MS = 1_000

/**
 * Who fetches which feed from whom: a node that comes back is linked to many peers at once, and fetching one feed
 * from each of them would verify everything that many times. A slow giver keeps nobody waiting.
 */
export class FeedTurns {
  readonly #turns = new Map<FeedId, { readonly peer: FeedId; readonly untilMs: number }>()

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** Begins the turn of this peer, or prolongs it; false while it is another's. */
  take(feed: FeedId, peer: FeedId): boolean {
    const turn = this.#turns.get(feed)
    if (turn && turn.peer !== peer && this.nowMs() < turn.untilMs) return false
    this.#turns.set(feed, { peer, untilMs: this.nowMs() + TURN_MS })
    return true
  }

  end(feed: FeedId, peer: FeedId): void {
    if (this.#turns.get(feed)?.peer === peer) this.#turns.delete(feed)
  }
}
