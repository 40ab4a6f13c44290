import type { LogTail } from './log-tail.js'
import type { ClassicMessage, EbtIndex, FeedId, MessageKey, Sbot, SsbPlugin } from './types/index.js'

/**
 * Cures D4: stock, every message that EBT sends to a peer that lags is read through `onDrain('ebt')`, which under
 * traffic fires once in a while or never. Newest messages are served from memory and older ones straight from the
 * index, without waiting for it to catch up: whatever the index does not have yet is still in memory.
 */
export interface RecentMessages {
  at(feed: FeedId, sequence: number): ClassicMessage | undefined
  byKey(key: MessageKey): ClassicMessage | undefined
}

export interface RecentMessagesOptions {
  /** Messages that went with the beginning of their feed. */
  readonly isPruned?: (feed: FeedId, sequence: number) => boolean
}

/** Messages of all feeds kept in memory: at most 8 kB each. Far more than one flush of the indexes holds. */
const LIMIT = 8192

export const recentMessages = ({ isPruned = () => false }: RecentMessagesOptions = {}): SsbPlugin => ({
  name: 'recentMessages',
  version: '1.0.0',
  manifest: {},
  init(sbot: Sbot & { readonly logTail: LogTail }): RecentMessages {
    const cache = new MessageCache(LIMIT)
    sbot.logTail.onAppended(({ key, message }) => cache.add(key, message))
    serveReplication(sbot, cache, isPruned)
    return { at: (feed, sequence) => cache.at(feed, sequence), byKey: (key) => cache.byKey(key) }
  },
})

const serveReplication = (
  sbot: Sbot,
  cache: RecentMessages,
  isPruned: NonNullable<RecentMessagesOptions['isPruned']>,
): void =>
  sbot.getAtSequenceNativeMsg.hook((waitForIndex, parameters) => {
    const [[feed, sequence], format, callback] = parameters
    // Replication has no word for it, and prints every error. The asker turns to the next peer (D15), and learns by
    // range that it is pruned here.
    if (isPruned(feed, sequence)) return undefined
    const recent = cache.at(feed, sequence)
    // EBT asks for the next message from inside the callback, so it must not be called in the same turn.
    if (recent !== undefined) return setImmediate(callback, null, recent)
    const index: EbtIndex = sbot.db.getIndex('ebt')
    return index.getNativeMsgFromAuthorSequence([feed, sequence], format, (error, message) => {
      if (error || message.author !== feed || message.sequence !== sequence) waitForIndex(...parameters)
      else callback(null, message)
    })
  })

/** Bounded in total; when full, the feed that holds the most loses its oldest. */
export class MessageCache implements RecentMessages {
  readonly #feeds = new Map<FeedId, Map<number, MessageKey>>()
  readonly #messages = new Map<MessageKey, ClassicMessage>()

  constructor(private readonly limit: number) {}

  get size(): number {
    return this.#messages.size
  }

  add(key: MessageKey, message: ClassicMessage): void {
    const feed = this.#feeds.get(message.author) ?? new Map<number, MessageKey>()
    this.#feeds.set(message.author, feed.set(message.sequence, key))
    this.#messages.set(key, message)
    if (this.#messages.size > this.limit) this.#evict()
  }

  at(feed: FeedId, sequence: number): ClassicMessage | undefined {
    const key = this.#feeds.get(feed)?.get(sequence)
    return key === undefined ? undefined : this.#messages.get(key)
  }

  byKey(key: MessageKey): ClassicMessage | undefined {
    return this.#messages.get(key)
  }

  #evict(): void {
    let fullest = new Map<number, MessageKey>()
    for (const feed of this.#feeds.values()) if (feed.size > fullest.size) fullest = feed
    for (const [sequence, key] of fullest) {
      fullest.delete(sequence)
      this.#messages.delete(key)
      return
    }
  }
}
