import type { FeedId, FeedMessage } from '../feeds/index.js'

/** Messages of a feed from a sequence on, ascending and without gaps, as far as they are stored. */
export type ReadFeed = (feed: FeedId, from: number, limit: number) => Promise<readonly FeedMessage[]>

/** Messages read from the log at a time. */
const PAGE = 64

/**
 * Hands a core its feeds in order and without gaps, although it may leave some unread for a while: a paused feed
 * is later read from the log until it has caught up with what arrives, and only then live again.
 */
export class FeedReader {
  /** `missed`: something arrived while the feed was being read again, so reading goes on. */
  readonly #held = new Map<FeedId, { paused: boolean; missed: boolean; turn: number }>()
  /** Where a feed was last read to: what the log gave before it arrived is not handed on twice. */
  readonly #next = new Map<FeedId, number>()
  #stopped = false

  constructor(
    private readonly readFeed: ReadFeed,
    private readonly deliver: (messages: readonly FeedMessage[]) => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Whether a message that has just arrived is to be handed on now. */
  takes(message: FeedMessage): boolean {
    const held = this.#held.get(message.author)
    if (!held) return message.sequence >= (this.#next.get(message.author) ?? 0)
    held.missed = true
    return false
  }

  pause(feed: FeedId): void {
    const turn = (this.#held.get(feed)?.turn ?? 0) + 1
    this.#held.set(feed, { paused: true, missed: false, turn })
  }

  reread(feed: FeedId, from: number): void {
    const turn = (this.#held.get(feed)?.turn ?? 0) + 1
    this.#held.set(feed, { paused: false, missed: false, turn })
    this.#catchUp(feed, from, turn).catch((error: unknown) => this.failed(error))
  }

  stop(): void {
    this.#stopped = true
  }

  /** Reads on until the log has no more and nothing arrived meanwhile; a later pause or reread takes over. */
  async #catchUp(feed: FeedId, from: number, turn: number): Promise<void> {
    for (let next = from; !this.#stopped;) {
      const held = this.#held.get(feed)
      if (!held || held.turn !== turn) return
      held.missed = false
      const messages = await this.readFeed(feed, next, PAGE)
      if (this.#held.get(feed) !== held) return
      next += messages.length
      if (messages.length === 0 && !held.missed) {
        this.#held.delete(feed)
        this.#next.set(feed, next)
        return
      }
      if (messages.length > 0) this.deliver(messages)
    }
  }
}
