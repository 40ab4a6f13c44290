import type { FeedMessage, FeedPlace, MessageKey } from '../../feeds/index.js'
import { BoundedMap } from './bounded-map.js'
import type { Quote } from './finding.js'

/** Messages of one feed whose keys are remembered; what is quoted of a feed is mostly among its newest. */
const PLACES_KEPT = 256
/** Places quoted before they are reached; a quote runs ahead of its feed by a few messages at most. */
const QUOTES_KEPT = 64

/** The newest places of one feed as it is read here, and what others say stands at those to come. */
export class FeedPlaces {
  #last: FeedMessage | undefined
  readonly #places: BoundedMap<number, FeedPlace>
  readonly #quotes = new BoundedMap<number, Quote>(QUOTES_KEPT)

  constructor(onForget: (key: MessageKey) => void) {
    this.#places = new BoundedMap(PLACES_KEPT, (_sequence, { key }) => onForget(key))
  }

  get last(): FeedMessage | undefined {
    return this.#last
  }

  at(sequence: number): FeedPlace | undefined {
    return this.#places.get(sequence)
  }

  /** Takes the next message; gives a quote of its place that says otherwise. */
  add(message: FeedMessage): Quote | undefined {
    const { key, author, sequence, previous } = message
    this.#last = message
    this.#places.set(sequence, { key, author, sequence, previous })
    const quote = this.#quotes.get(sequence)
    this.#quotes.delete(sequence)
    return quote && quote.key !== key ? quote : undefined
  }

  /** Keeps what is said of a place not reached yet. Of two that differ, the second one's message will show it. */
  expect(quote: Quote): void {
    if (!this.#quotes.get(quote.sequence)) this.#quotes.set(quote.sequence, quote)
  }
}
