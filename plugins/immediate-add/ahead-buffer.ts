import type { ClassicMessage, FeedId, MessageKey } from '../types/index.js'

/** Verified messages that arrived before the ones they build on, by feed, sequence and key. Bounded. */
export class AheadBuffer {
  readonly #feeds = new Map<FeedId, Map<number, Map<MessageKey, ClassicMessage>>>()
  readonly #perFeed = new Map<FeedId, number>()
  #size = 0

  constructor(private readonly limits: { readonly perFeed: number; readonly total: number }) {}

  get size(): number {
    return this.#size
  }

  isFull(feed: FeedId): boolean {
    return this.#size >= this.limits.total || (this.#perFeed.get(feed) ?? 0) >= this.limits.perFeed
  }

  at(feed: FeedId, sequence: number): ReadonlyMap<MessageKey, ClassicMessage> {
    return this.#feeds.get(feed)?.get(sequence) ?? new Map()
  }

  put(key: MessageKey, message: ClassicMessage): void {
    const { author, sequence } = message
    const feed = this.#feeds.get(author) ?? new Map<number, Map<MessageKey, ClassicMessage>>()
    const same = feed.get(sequence) ?? new Map<MessageKey, ClassicMessage>()
    if (same.has(key)) return
    this.#feeds.set(author, feed.set(sequence, same.set(key, message)))
    this.#perFeed.set(author, (this.#perFeed.get(author) ?? 0) + 1)
    this.#size++
  }

  /** Drops everything of feeds that are no longer taken. */
  keepOnly(accepts: (feed: FeedId) => boolean): void {
    for (const feed of [...this.#feeds.keys()]) {
      if (!accepts(feed)) this.takeUpTo(feed, Number.MAX_SAFE_INTEGER)
    }
  }

  /** Removes and returns everything of the feed up to this sequence. */
  takeUpTo(feed: FeedId, sequence: number): ClassicMessage[] {
    const held = this.#feeds.get(feed)
    if (held === undefined) return []
    const taken: ClassicMessage[] = []
    for (const [at, messages] of held) {
      if (at > sequence) continue
      held.delete(at)
      taken.push(...messages.values())
    }
    this.#size -= taken.length
    this.#perFeed.set(feed, (this.#perFeed.get(feed) ?? 0) - taken.length)
    if (held.size === 0) {
      this.#feeds.delete(feed)
      this.#perFeed.delete(feed)
    }
    return taken
  }
}
