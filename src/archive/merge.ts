import type { ClassicMessage, FeedId, MessageKey } from '../feeds/index.js'
import type { MessageLine, Reception } from './lines.js'
import { compareMessages, compareText } from './order.js'

/** The log of one node, as an archive is made from it: in the order in which the node stored the messages. */
export interface ReplicaSource {
  /** Main id of the node, and its name in the network file. */
  readonly member: FeedId
  readonly name: string
  /** The files of its evidence store: proofs hold the other branch of a fork. */
  readonly evidence: readonly { readonly name: string; readonly text: string }[]
  /** One for each message; they may come from a file that is too large to hold. */
  scan(): AsyncIterable<{ readonly author: FeedId; readonly sequence: number }>
  /** The message at a position that `scan` has given, from 0. */
  read(position: number): ReceivedMessage
}

export interface ReceivedMessage {
  readonly key: MessageKey
  readonly value: ClassicMessage
  /** Milliseconds of the node's clock. */
  readonly receivedAt: number
}

/** What is held of each feed: positions in the log. */
export type Positions = ReadonlyMap<FeedId, readonly number[]>

export interface Scanned {
  readonly source: ReplicaSource
  readonly positions: Positions
  readonly messages: number
}

/** Two numbers a message are held, and no message. @param progress called with messages read so far. */
export const scanReplica = async (
  source: ReplicaSource,
  progress: (messages: number) => void,
): Promise<Scanned> => {
  const feeds = new Map<FeedId, { positions: number[]; last: number; isOrdered: boolean }>()
  let messages = 0
  for await (const { author, sequence } of source.scan()) {
    const feed = feeds.get(author) ?? { positions: [], last: 0, isOrdered: true }
    feeds.set(author, feed)
    feed.isOrdered &&= sequence > feed.last
    feed.last = sequence
    feed.positions.push(messages++)
    progress(messages)
  }
  const positions = new Map<FeedId, readonly number[]>()
  for (const [author, { positions: held, isOrdered }] of feeds) {
    positions.set(author, isOrdered ? held : inOrder(source, held))
  }
  return { source, positions, messages }
}

/** A log that holds both branches of a fork, or messages that it was given apart. */
const inOrder = (source: ReplicaSource, positions: readonly number[]): readonly number[] =>
  [...positions].sort((a, b) => compareMessages(source.read(a), source.read(b)) || a - b)

/** All messages of the replicas in the order of an archive, each once. */
export function* mergeReplicas(replicas: readonly Scanned[]): Generator<MessageLine> {
  const authors = new Set(replicas.flatMap(({ positions }) => [...positions.keys()]))
  for (const author of [...authors].sort(compareText)) yield* mergeFeed(replicas, author)
}

function* mergeFeed(replicas: readonly Scanned[], author: FeedId): Generator<MessageLine> {
  const cursors = replicas.map((scanned, replica) => new Cursor(scanned, replica, author))
  for (;;) {
    const first = firstOf(cursors)
    if (first === null) return
    const received: Reception[] = []
    for (const cursor of cursors) {
      while (cursor.head !== null && compareMessages(cursor.head, first) === 0) received.push(cursor.next())
    }
    yield { type: 'message', key: first.key, value: first.value, received }
  }
}

const firstOf = (cursors: readonly Cursor[]): ReceivedMessage | null => {
  let first: ReceivedMessage | null = null
  for (const { head } of cursors) {
    if (head !== null && (first === null || compareMessages(head, first) < 0)) first = head
  }
  return first
}

/** What one replica holds of one feed, message by message. */
class Cursor {
  head: ReceivedMessage | null
  #place = 0
  readonly #positions: readonly number[]

  constructor(
    private readonly scanned: Scanned,
    private readonly replica: number,
    author: FeedId,
  ) {
    this.#positions = scanned.positions.get(author) ?? []
    this.head = this.#read()
  }

  next(): Reception {
    const reception: Reception = [this.replica, this.#positions[this.#place] ?? 0, this.head?.receivedAt ?? 0]
    this.#place++
    this.head = this.#read()
    return reception
  }

  #read(): ReceivedMessage | null {
    const position = this.#positions[this.#place]
    return position === undefined ? null : this.scanned.source.read(position)
  }
}
