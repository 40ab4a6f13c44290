import {
  type ClassicMessage,
  type FeedId,
  type FeedMessage,
  type MessageKey,
  parseUnnamed,
} from '../../feeds/index.js'
import { heightOf } from '../../protocol/index.js'
import { assert, CodedError } from '../../util/index.js'
import { latestBeginnings } from './beginnings.js'
import { KeyTable } from './key-table.js'
import type { FeedBeginning, FeedSource, SourceMessage } from './source.js'

/** Where a message can be read again: number of the source, and position in it. */
type Place = number
/** Number of a message here, from 0. */
type Row = number

const POSITIONS = 2 ** 40
/** Messages kept as they were parsed: those of some heights, which link each other. */
const PARSED_KEPT = 4096
const FIRST_ROWS = 1024

/** What became of a message that was put into the library. */
export type Shelved =
  | { readonly kind: 'next' }
  | { readonly kind: 'known' }
  /** It stands before the place where its feed begins in a pruned source. */
  | { readonly kind: 'before' }
  /** It stands on another branch of its feed: `held`, if given, is what it contradicts. */
  | { readonly kind: 'branch'; readonly held: FeedMessage | undefined }
  /** Messages before it are missing. */
  | { readonly kind: 'gap' }

interface Feed {
  /** Sequence before the first that is here: 0 unless it was pruned. */
  readonly base: number
  /** By sequence, from `base + 1` on. */
  readonly rows: Row[]
  tip: MessageKey | null
}

/**
 * Finds any message of any source again: by key, by place in its feed, by height. It remembers where messages stand
 * and not what they say, in arrays of numbers, so that a million of them fit into memory.
 */
export class Library {
  readonly #keys = new KeyTable()
  /** By row. */
  #places = new Float64Array(FIRST_ROWS)
  /** By row: the row + 1 before it that speaks of the same height. */
  #before = new Uint32Array(FIRST_ROWS)
  /** By height: the last row + 1 that speaks of it. */
  readonly #heights = new Map<number, number>()
  readonly #feeds = new Map<FeedId, Feed>()
  readonly #beginnings: ReadonlyMap<FeedId, FeedBeginning>
  readonly #parsed = new Map<Row, FeedMessage>()
  /** Messages of other branches than the one that was read first. */
  readonly #branches = new Map<FeedId, Set<MessageKey>>()

  constructor(private readonly sources: readonly FeedSource[]) {
    this.#beginnings = latestBeginnings(sources)
  }

  get size(): number {
    return this.#keys.size
  }

  has(key: MessageKey): boolean {
    return this.#keys.rowOf(key) !== undefined
  }

  /** Messages that no source can give any more. */
  get prunedMessages(): number {
    return [...this.#beginnings.values()].reduce((sum, { sequence }) => sum + sequence, 0)
  }

  /** Sequence before the first that is here. */
  beginningOf(feed: FeedId): number {
    return this.#beginnings.get(feed)?.sequence ?? 0
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
    if (this.has(key)) return { kind: 'known' }
    const feed = this.#feeds.get(author) ?? this.#emptyFeed(author)
    const isNext = sequence === feed.base + feed.rows.length + 1 && previous === feed.tip
    const isBefore = sequence <= feed.base
    const held = isNext || isBefore ? undefined : this.#contradicted(feed, message)
    if (!isNext && !isBefore && held === undefined && !this.#isOnBranch(message)) return { kind: 'gap' }
    const row = this.#addRow(key, source * POSITIONS + position)
    const height = heightOf(body)
    if (height !== null) this.#noteHeight(height, row)
    if (isBefore) return { kind: 'before' }
    if (isNext) {
      this.#feeds.set(author, feed)
      feed.rows.push(row)
      feed.tip = key
      return { kind: 'next' }
    }
    this.#branches.set(author, (this.#branches.get(author) ?? new Set()).add(key))
    return { kind: 'branch', held: held === undefined ? undefined : await this.#at(held) }
  }

  /** @throws as the source does */
  async value(key: MessageKey): Promise<ClassicMessage | undefined> {
    const row = this.#keys.rowOf(key)
    return row === undefined ? undefined : this.#read(row)
  }

  async message(key: MessageKey): Promise<FeedMessage | undefined> {
    const row = this.#keys.rowOf(key)
    return row === undefined ? undefined : this.#at(row)
  }

  /** The message at a place of its feed, on the branch that was read first. */
  async at(feed: FeedId, sequence: number): Promise<FeedMessage | undefined> {
    const { rows, base } = this.#feeds.get(feed) ?? { rows: [], base: 0 }
    const row = rows[sequence - base - 1]
    return row === undefined ? undefined : this.#at(row)
  }

  /** Everything that speaks of a height, in the order in which it was read. */
  async atHeight(height: number): Promise<readonly FeedMessage[]> {
    const rows: Row[] = []
    for (let next = this.#heights.get(height) ?? 0; next > 0; next = this.#before[next - 1] ?? 0) {
      rows.push(next - 1)
    }
    const messages: FeedMessage[] = []
    for (const row of rows.reverse()) messages.push(await this.#at(row))
    return messages
  }

  #emptyFeed(author: FeedId): Feed {
    const { sequence = 0, key = null } = this.#beginnings.get(author) ?? {}
    return { base: sequence, rows: [], tip: key }
  }

  #addRow(key: MessageKey, place: Place): Row {
    const row = this.#keys.add(key)
    if (row >= this.#places.length) {
      this.#places = grown(this.#places, new Float64Array(this.#places.length * 2))
      this.#before = grown(this.#before, new Uint32Array(this.#before.length * 2))
    }
    this.#places[row] = place
    return row
  }

  #noteHeight(height: number, row: Row): void {
    this.#before[row] = this.#heights.get(height) ?? 0
    this.#heights.set(height, row + 1)
  }

  /** What stands at the place of a message, or before it, and cannot be there if this message is. */
  #contradicted({ rows, base }: Feed, { sequence }: FeedMessage): Row | undefined {
    const place = sequence - base - 1
    return rows[place] ?? (place === rows.length ? rows[place - 1] : undefined)
  }

  #isOnBranch({ author, previous }: FeedMessage): boolean {
    return previous !== null && this.#branches.get(author)?.has(previous) === true
  }

  async #read(row: Row): Promise<ClassicMessage> {
    const place = this.#places[row] ?? 0
    const source = this.sources[Math.floor(place / POSITIONS)]
    assert(source, 'a place names a source')
    return source.read(place % POSITIONS)
  }

  /** @throws CodedError `source-damaged` if something else stands there by now */
  async #at(row: Row): Promise<FeedMessage> {
    const known = this.#parsed.get(row)
    if (known) return known
    const message = parseUnnamed(await this.#read(row))
    if (message.key !== this.#keys.keyAt(row)) {
      throw new CodedError('source-damaged', 'a source has changed while it was read', {})
    }
    this.#parsed.set(row, message)
    const [oldest] = this.#parsed.keys()
    if (this.#parsed.size > PARSED_KEPT && oldest !== undefined) this.#parsed.delete(oldest)
    return message
  }
}

const grown = <Numbers extends Float64Array | Uint32Array>(before: Numbers, after: Numbers): Numbers => {
  after.set(before)
  return after
}
