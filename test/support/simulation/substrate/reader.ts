import type { FeedId, FeedMessage } from '../../../../src/feeds/index.js'
import type { SimulatedNode } from '../node.js'

const PAGE_SIZE = 64

/** Hands feeds to the core: each in order and without a gap, in pages, from where the core last left off. */
export class Reader {
  /** By feed: the next sequence to hand over. */
  readonly #next = new Map<FeedId, number>()
  readonly #paused = new Set<FeedId>()

  constructor(private readonly node: SimulatedNode) {}

  reset(): void {
    this.#next.clear()
    this.#paused.clear()
  }

  /** Everything on disk, in the order in which it once arrived; what stands aside comes last. */
  replay(): void {
    const { node } = this
    let page: FeedMessage[] = []
    const turn = (): void => {
      const readable = page.filter((message) => !this.#paused.has(message.author))
      page = []
      for (const { author, sequence } of readable) this.#next.set(author, sequence + 1)
      if (readable.length > 0) node.step({ kind: 'messages', at: node.clock, messages: readable })
    }
    for (const message of node.store.log) {
      if (page.length === PAGE_SIZE) turn()
      if (message.sequence === this.#nextOf(message.author) + page.filter(sameAuthor(message)).length) {
        page.push(message)
      }
    }
    turn()
    const aside = node.store.aside
    if (aside.length > 0) node.step({ kind: 'fetched', at: node.clock, messages: aside })
    for (const feed of node.store.feeds()) this.#readSoon(feed)
  }

  hasRead({ author, sequence }: FeedMessage): boolean {
    return sequence < this.#nextOf(author)
  }

  /** Hands over what the store has more of this feed. */
  read(feed: FeedId): void {
    const { node } = this
    if (this.#paused.has(feed)) return
    const messages = node.store.from(feed, this.#nextOf(feed), PAGE_SIZE)
    if (messages.length === 0) return
    this.#next.set(feed, this.#nextOf(feed) + messages.length)
    node.step({ kind: 'messages', at: node.clock, messages })
    if (messages.length === PAGE_SIZE) this.#readSoon(feed)
  }

  pause(feed: FeedId): void {
    this.#paused.add(feed)
  }

  rewind(feed: FeedId, from: number): void {
    this.#paused.delete(feed)
    this.#next.set(feed, from)
    this.#readSoon(feed)
  }

  #readSoon(feed: FeedId): void {
    this.node.later(0, () => this.read(feed))
  }

  #nextOf(feed: FeedId): number {
    return this.#next.get(feed) ?? 1
  }
}

const sameAuthor =
  ({ author }: FeedMessage) =>
  (other: FeedMessage): boolean =>
    other.author === author
