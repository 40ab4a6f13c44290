import {
  type ClassicMessage,
  type FeedId,
  type FeedMessage,
  type MessageKey,
  messageKeyOfValue,
  parseMessage,
} from '../feeds/index.js'
import { heightOf } from '../protocol/index.js'
import { assert } from '../util/index.js'
import type { FeedSource, SourceMessage } from './source.js'

/** Where a message can be read again: number of the source, and position in it. */
type Place = number

const POSITIONS = 2 ** 40

/** What became of a message that was put into the library. */
export type Shelved =
  | { readonly kind: 'next' }
  | { readonly kind: 'known' }
  /** It stands on another branch of its feed: `held`, if given, is what it contradicts. */
  | { readonly kind: 'branch'; readonly held: FeedMessage | undefined }
  /** Messages before it are missing. */
  | { readonly kind: 'gap' }

interface Feed {
  /** By sequence, from 1 on. */
  readonly places: Place[]
  tip: MessageKey | null
}

/**
 * Finds any message of any source again: by key, by place in its feed, by height. It remembers where messages stand
 * and not what they say, so that a million of them fit into memory.
 */
export class Library {
  readonly #byKey = new Map<MessageKey, Place>()
  readonly #feeds = new Map<FeedId, Feed>()
  readonly #heights = new Map<number, Place[]>()
  /** Messages of other branches than the one that was read first. */
  readonly #branches = new Map<FeedId, Set<MessageKey>>()

  constructor(private readonly sources: readonly FeedSource[]) {}

  get size(): number {
    return this.#byKey.size
  }

  has(key: MessageKey): boolean {
    return this.#byKey.has(key)
  }

  /** Somebody proved that this feed has another branch than the one that was read. */
  noteFork(feed: FeedId): void {
    if (!this.#branches.has(feed)) this.#branches.set(feed, new Set())
  }

  /** Whether two branches of this feed are known to exist. */
  isForked(feed: FeedId): boolean {
    return this.#branches.has(feed)
  }

  async put(
    source: number,
    { position }: Pick<SourceMessage, 'position'>,
    message: FeedMessage,
  ): Promise<Shelved> {
    const { key, author, sequence, previous, body } = message
    if (this.#byKey.has(key)) return { kind: 'known' }
    const feed = this.#feeds.get(author) ?? { places: [], tip: null }
    const isNext = sequence === feed.places.length + 1 && previous === feed.tip
    const held = isNext ? undefined : this.#contradicted(feed, message)
    if (!isNext && held === undefined && !this.#isOnBranch(message)) return { kind: 'gap' }
    const place = source * POSITIONS + position
    this.#byKey.set(key, place)
    const height = heightOf(body)
    if (height !== null) this.#noteHeight(height, place)
    if (isNext) {
      this.#feeds.set(author, feed)
      feed.places.push(place)
      feed.tip = key
      return { kind: 'next' }
    }
    this.#branches.set(author, (this.#branches.get(author) ?? new Set()).add(key))
    return { kind: 'branch', held: held === undefined ? undefined : await this.#at(held) }
  }

  /** @throws as the source does */
  async value(key: MessageKey): Promise<ClassicMessage | undefined> {
    const place = this.#byKey.get(key)
    return place === undefined ? undefined : this.#read(place)
  }

  async message(key: MessageKey): Promise<FeedMessage | undefined> {
    const value = await this.value(key)
    return value && parseMessage(key, value)
  }

  /** The message at a place of its feed, on the branch that was read first. */
  async at(feed: FeedId, sequence: number): Promise<FeedMessage | undefined> {
    const place = this.#feeds.get(feed)?.places[sequence - 1]
    return place === undefined ? undefined : this.#at(place)
  }

  /** Everything that speaks of a height, in the order in which it was read. */
  async atHeight(height: number): Promise<readonly FeedMessage[]> {
    const messages: FeedMessage[] = []
    for (const place of this.#heights.get(height) ?? []) messages.push(await this.#at(place))
    return messages
  }

  #noteHeight(height: number, place: Place): void {
    const places = this.#heights.get(height)
    if (places) places.push(place)
    else this.#heights.set(height, [place])
  }

  /** What stands at the place of a message, or before it, and cannot be there if this message is. */
  #contradicted({ places }: Feed, { sequence }: FeedMessage): Place | undefined {
    return places[sequence - 1] ?? (sequence === places.length + 1 ? places[sequence - 2] : undefined)
  }

  #isOnBranch({ author, previous }: FeedMessage): boolean {
    return previous !== null && this.#branches.get(author)?.has(previous) === true
  }

  #read(place: Place): Promise<ClassicMessage> {
    const source = this.sources[Math.floor(place / POSITIONS)]
    assert(source, 'a place names a source')
    return source.read(place % POSITIONS)
  }

  async #at(place: Place): Promise<FeedMessage> {
    const value = await this.#read(place)
    return parseMessage(messageKeyOfValue(value), value)
  }
}
