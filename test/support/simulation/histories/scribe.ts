import {
  encodeBody,
  type Body,
  type FeedId,
  type FeedMessage,
  type MessageKey,
} from '../../../../src/feeds/index.js'
import { feedsOf, type FeedRole, type Member } from '../../../../src/roles/index.js'
import type { Cast } from '../members.js'
import type { KeyPair } from '../signatures.js'
import { CLOCK_START, feedMessage, openingOf } from '../substrate/wire.js'

/** Writes in anybody's name: the one who makes up a history holds every key. */
export class Scribe {
  readonly #keys = new Map<FeedId, KeyPair>()
  readonly #feeds = new Map<FeedId, FeedMessage[]>()
  readonly #byKey = new Map<MessageKey, FeedMessage>()

  /** All feeds are open: each has its first message. */
  constructor(readonly cast: Cast) {
    for (const member of cast.network.members) {
      for (const [role, feed] of feedsOf(member)) this.#open(member, role, feed)
    }
  }

  get feeds(): readonly FeedId[] {
    return [...this.#feeds.keys()]
  }

  /** Everything that was ever written, also beside the feeds. */
  get written(): readonly FeedMessage[] {
    return [...this.#byKey.values()]
  }

  feed(feed: FeedId): readonly FeedMessage[] {
    return this.#feeds.get(feed) ?? []
  }

  get(key: MessageKey): FeedMessage | undefined {
    return this.#byKey.get(key)
  }

  keyOf(feed: FeedId): KeyPair {
    const key = this.#keys.get(feed)
    if (!key) throw new RangeError(`nobody's feed: ${feed}`)
    return key
  }

  /** The next message of a feed. */
  append(feed: FeedId, content: object): FeedMessage {
    const messages = this.#feeds.get(feed) ?? []
    this.#feeds.set(feed, messages)
    const message = this.aside(feed, content, messages.length + 1, messages.at(-1)?.key ?? null)
    messages.push(message)
    return message
  }

  appendBody(feed: FeedId, body: Body): FeedMessage {
    return this.append(feed, encodeBody(body))
  }

  /** A message that claims to stand anywhere, and stands in no feed that is replicated. */
  aside(feed: FeedId, content: object, sequence: number, previous: MessageKey | null): FeedMessage {
    const place = { author: feed, sequence, previous, timestamp: CLOCK_START + sequence }
    const message = feedMessage(place, content, this.keyOf(feed))
    this.#byKey.set(message.key, message)
    return message
  }

  #open(member: Member, role: FeedRole, feed: FeedId): void {
    const { network } = this.cast
    const keys = { owner: this.cast.keyOf(member.id, 'main'), role: this.cast.keyOf(member.id, role) }
    const opening = openingOf(network.networkId, feed, member.id, role, keys)
    this.#keys.set(feed, keys.role)
    this.#feeds.set(feed, [opening])
    this.#byKey.set(opening.key, opening)
  }
}
