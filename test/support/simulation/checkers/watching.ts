import type { FeedId, FeedMessage, MessageKey } from '../../../../src/feeds/index.js'
import { lawOf, type Quote, type Sign, Watch } from '../../../../src/protocol/index.js'
import type { Cast } from '../members.js'
import type { SimulatedNode } from '../node.js'
import type { Observer } from '../observer.js'

/**
 * One watch over everything that anyone made durable: it sees more than any node does, so that a correct member whom
 * it does not accuse is accused by nobody. What it asks for, it is shown at once.
 */
export class WatchingObserver implements Observer {
  readonly #feeds = new Map<FeedId, FeedMessage[]>()
  readonly #byKey = new Map<MessageKey, FeedMessage>()

  constructor(
    { network, scheme }: Cast,
    private readonly heard: (sign: Sign) => void,
    private readonly watch = new Watch(lawOf(network, scheme.verify)),
  ) {}

  published(_node: SimulatedNode, message: FeedMessage): void {
    this.read(message)
  }

  /** The next message of a feed. */
  read(message: FeedMessage): void {
    const feed = this.#feeds.get(message.author)
    if (feed) feed.push(message)
    else this.#feeds.set(message.author, [message])
    this.#byKey.set(message.key, message)
    this.#follow(this.watch.take(message))
  }

  /** A message shown by key, which may stand in no feed. */
  shown(message: FeedMessage, from: FeedId): void {
    this.#byKey.set(message.key, message)
    this.#follow(this.watch.takeFetched(message, from))
  }

  /** What somebody says stands at a place of a feed. */
  told(quote: Quote): void {
    this.#follow(this.watch.takeQuote(quote))
  }

  #follow(signs: readonly Sign[]): void {
    for (const sign of signs) {
      this.heard(sign)
      if (sign.kind !== 'finding') this.#follow(this.#shownFor(sign))
    }
  }

  #shownFor(sign: Exclude<Sign, { kind: 'finding' }>): readonly Sign[] {
    switch (sign.kind) {
      case 'compare': {
        const { feed, sequence, key } = sign.quote
        const others = this.#held(feed).filter((held) => held.sequence === sequence && held.key !== key)
        const quoted = this.#byKey.get(key)
        return quoted ? others.flatMap((held) => this.watch.weigh(held, quoted)) : []
      }
      case 'fetch': {
        const message = this.#byKey.get(sign.key)
        return message ? this.watch.takeFetched(message, sign.from) : []
      }
      case 'scan':
        return this.#held(sign.feed)
          .filter(({ body }) => 'height' in body && body.height === sign.height)
          .flatMap((held) => this.watch.weigh(held, sign.suspect))
    }
  }

  #held(feed: FeedId): readonly FeedMessage[] {
    return this.#feeds.get(feed) ?? []
  }
}
