import type { FeedId, FeedMessage, MessageKey } from '../../../../src/feeds/index.js'
import type { Random } from '../random.js'

/**
 * What one node holds: feeds in memory, a log that reaches the disk late and in order, and a write-ahead log
 * beside it for what must not be lost (protocol section 5, order of I/O). A crash keeps the disk only.
 */
export class FeedStore {
  readonly #feeds = new Map<FeedId, FeedMessage[]>()
  readonly #byKey = new Map<MessageKey, FeedMessage>()
  /** Feed messages in order of arrival. */
  readonly #log: FeedMessage[] = []
  /** Messages fetched by key, whose place in their feed is not known here. */
  readonly #aside = new Set<MessageKey>()
  readonly #writeAhead = new Map<MessageKey, FeedMessage>()
  #flushed = 0

  get log(): readonly FeedMessage[] {
    return this.#log
  }

  get aside(): readonly FeedMessage[] {
    return [...this.#aside].flatMap((key) => this.get(key) ?? [])
  }

  length(feed: FeedId): number {
    return this.#feeds.get(feed)?.length ?? 0
  }

  get(key: MessageKey): FeedMessage | undefined {
    return this.#byKey.get(key)
  }

  feeds(): Iterable<FeedId> {
    return this.#feeds.keys()
  }

  /** The messages of a feed from a sequence on, at most `count`. */
  from(feed: FeedId, sequence: number, count = Infinity): readonly FeedMessage[] {
    return this.#feeds.get(feed)?.slice(sequence - 1, sequence - 1 + count) ?? []
  }

  /**
   * The messages that lead to the one called `tip`, ascending, without the first `after`; undefined unless all
   * of them are here.
   */
  range(tip: MessageKey, after: number): readonly FeedMessage[] | undefined {
    const messages: FeedMessage[] = []
    let message = this.get(tip)
    while (message && message.sequence > after) {
      messages.push(message)
      if (message.sequence === after + 1) return messages.reverse()
      message = message.previous === null ? undefined : this.get(message.previous)
    }
    return undefined
  }

  /** Whether another message of the same feed stands in its place, or in the place of the one that it follows. */
  contradicts({ author, sequence, key, previous }: FeedMessage): boolean {
    const feed = this.#feeds.get(author)
    const same = feed?.[sequence - 1]
    const before = feed?.[sequence - 2]
    return (same !== undefined && same.key !== key) || (before !== undefined && before.key !== previous)
  }

  /** Adds the next message of its feed. As SSB does, it drops the second branch of a forked one. */
  append(message: FeedMessage): 'appended' | 'known' | 'refused' | 'forked' {
    const feed = this.#feeds.get(message.author) ?? []
    if (feed[message.sequence - 1]?.key === message.key) return 'known'
    if (this.contradicts(message)) return 'forked'
    const tip = feed.at(-1)
    if (message.sequence !== feed.length + 1 || message.previous !== (tip?.key ?? null)) return 'refused'
    if (feed.length === 0) this.#feeds.set(message.author, feed)
    feed.push(message)
    this.#log.push(message)
    this.#byKey.set(message.key, message)
    this.#aside.delete(message.key)
    return 'appended'
  }

  /** Keeps a message that was fetched by key; true if it is new. */
  keepAside(message: FeedMessage): boolean {
    if (this.#byKey.has(message.key)) return false
    this.#byKey.set(message.key, message)
    this.#aside.add(message.key)
    return true
  }

  /** Makes a message durable at once, whatever the log does. */
  secure(message: FeedMessage): void {
    this.#writeAhead.set(message.key, message)
  }

  get unflushed(): number {
    return this.#log.length - this.#flushed
  }

  /** What a flush writes once it is done: everything that had arrived when it began. */
  beginFlush(): () => void {
    const reached = this.#log.length
    return () => {
      this.#flushed = Math.max(this.#flushed, reached)
    }
  }

  /**
   * What a crash leaves: the flushed log, by chance some more of it (the kernel may have written it without
   * anyone knowing), and the write-ahead log, whose messages follow in their feeds or stand aside.
   */
  afterCrash(random: Random): FeedStore {
    const survivor = new FeedStore()
    const torn = random.chance(0.5) ? random.integer(0, this.unflushed) : 0
    for (const message of this.#log.slice(0, this.#flushed + torn)) survivor.append(message)
    survivor.beginFlush()()
    for (const message of this.#writeAhead.values()) {
      const result = survivor.append(message)
      if (result === 'refused' || result === 'forked') survivor.keepAside(message)
      survivor.secure(message)
    }
    return survivor
  }
}
