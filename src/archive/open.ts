import type { ClassicMessage, FeedId, MessageKey } from '../feeds/index.js'
import type { Network } from '../roles/index.js'
import { assert } from '../util/index.js'
import { ArchiveFile } from './archive-file.js'
import { ChunkCache } from './chunk-cache.js'
import { archiveError, corrupt } from './codes.js'
import { decodeEnd, type End, END_SIZE } from './end.js'
import { type Head, HeadReader } from './head.js'
import { type FeedRange, feedsIn, readIndex } from './index-table.js'
import { type ChunkLine, decodeLine, type EvidenceLine, type Line, type MessageLine } from './lines.js'
import { MEMBER_HEADER_SIZE, memberLength } from './member.js'
import { MessageOrder } from './order.js'
import { streamArchive } from './stream.js'

export interface OpenOptions {
  /** The network that the archive must be of. */
  readonly network?: Network
}

/** A message as one node received it. */
export interface Arrival {
  /** Place in the node's log, from 0, without gaps. */
  readonly position: number
  /** Milliseconds of the node's clock. */
  readonly receivedAt: number
  readonly key: MessageKey
  readonly value: ClassicMessage
}

/**
 * An archive file, opened by its index. Every member is checked against the index when it is read, and every message
 * against its key; {@link verify} checks the whole file. Signatures are left to whoever audits.
 */
export class Archive {
  #isVerified = false

  private constructor(
    private readonly file: ArchiveFile,
    private readonly chunks: readonly ChunkLine[],
    private readonly cache: ChunkCache,
    private readonly head: Head,
    /** Its hashes; `textSha256` names the contents. */
    readonly end: End,
  ) {}

  /** @throws CodedError of {@link ./codes.ARCHIVE_CODES} */
  static async open(path: string, { network }: OpenOptions = {}): Promise<Archive> {
    const file = await ArchiveFile.open(path)
    try {
      const end = await readEnd(file)
      const chunks = await readIndex(file, end)
      const cache = new ChunkCache(file, chunks)
      const head = await readHead(chunks, cache)
      if (network !== undefined && network.chainId !== head.network.chainId) {
        throw archiveError('archive-foreign', 'the archive is of another network', {
          chainId: head.network.chainId,
        })
      }
      return new Archive(file, chunks, cache, head, end)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  get network(): Network {
    return this.head.network
  }

  /** The signed network file, to the byte. */
  get networkText(): string {
    return this.head.networkText
  }

  /** Whose logs stand in it; their place here is the number in `received`. */
  get replicas(): Head['replicas'] {
    return this.head.replicas
  }

  /** Bytes of the file. */
  get size(): number {
    return this.file.size
  }

  /** Different messages in it. */
  get messageCount(): number {
    return this.chunks.reduce((sum, { holds, lines }) => sum + (holds === 'messages' ? lines : 0), 0)
  }

  get feeds(): readonly FeedRange[] {
    return feedsIn(this.chunks)
  }

  /**
   * Reads all of it and checks everything that the format promises.
   * @throws CodedError of {@link ./codes.ARCHIVE_CODES}
   */
  async verify(progress: (messages: number) => void = () => undefined): Promise<void> {
    const contents = streamArchive(this.file.bytes())
    let messages = 0
    for await (const { type } of contents) if (type === 'message') progress(++messages)
    this.#isVerified = true
  }

  /** All messages by feed, sequence and key. Branches of a fork stand side by side. */
  messages(): AsyncGenerator<MessageLine> {
    return this.#messages(() => true)
  }

  /** The messages of one feed with `from <= sequence <= to`. */
  async *feed(feed: FeedId, from = 1, to = Number.MAX_SAFE_INTEGER): AsyncGenerator<MessageLine> {
    const holds = ({ feeds }: ChunkLine): boolean =>
      feeds.some(([author, first, last]) => author === feed && first <= to && last >= from)
    for await (const message of this.#messages(holds)) {
      const { author, sequence } = message.value
      if (author === feed && sequence >= from && sequence <= to) yield message
    }
  }

  async *evidence(): AsyncGenerator<EvidenceLine> {
    for await (const line of this.#lines(({ holds }) => holds === 'evidence')) {
      if (line.type === 'evidence') yield line
    }
  }

  /**
   * What one node received, in its order. The archive is verified first, if it was not: so every position is there, and
   * the table of them is as large as the log is.
   * @param replica its place in `replicas`
   */
  async *arrivals(replica: number): AsyncGenerator<Arrival> {
    const { messages } = this.replicas[replica] ?? {}
    assert(messages !== undefined, 'the replica is one of those in the archive')
    if (!this.#isVerified) await this.verify()
    const places = await this.#placesOf(replica, messages)
    const starts = this.#starts()
    for (const [position, place] of places.entries()) {
      const number = lastAtMost(starts, place)
      const line = decodeLine(
        (await this.cache.lines(number))[place - (starts[number] ?? 0)] ?? Buffer.alloc(0),
      )
      if (line.type !== 'message') throw corrupt('a message is missing')
      const reception = line.received.find(([index, at]) => index === replica && at === position)
      if (!reception) throw corrupt('the archive has changed since it was verified')
      yield { position, receivedAt: reception[2], key: line.key, value: line.value }
    }
  }

  async close(): Promise<void> {
    await this.file.close()
  }

  async *#messages(wanted: (chunk: ChunkLine) => boolean): AsyncGenerator<MessageLine> {
    const order = new MessageOrder()
    for await (const line of this.#lines((chunk) => chunk.holds === 'messages' && wanted(chunk))) {
      if (line.type !== 'message') throw corrupt('a member is not the one of the index')
      order.take(line)
      yield line
    }
  }

  async *#lines(wanted: (chunk: ChunkLine) => boolean): AsyncGenerator<Line> {
    for (const [number, chunk] of this.chunks.entries()) {
      if (wanted(chunk)) for (const line of await this.cache.lines(number)) yield decodeLine(line)
    }
  }

  /** Number of the line that each position of a log stands in. */
  async #placesOf(replica: number, messages: number): Promise<Float64Array> {
    const places = new Float64Array(messages)
    const starts = this.#starts()
    for (const [number, { holds }] of this.chunks.entries()) {
      if (holds !== 'messages') continue
      for (const [index, line] of (await this.cache.lines(number)).entries()) {
        for (const [of, position] of receptionsIn(line)) {
          if (of === replica) places[position] = (starts[number] ?? 0) + index
        }
      }
    }
    return places
  }

  /** The number of the first line of each member, of all lines before the index. */
  #starts(): readonly number[] {
    let start = 0
    return this.chunks.map(({ lines }) => (start += lines) - lines)
  }
}

export const openArchive = (path: string, options?: OpenOptions): Promise<Archive> =>
  Archive.open(path, options)

const readEnd = async (file: ArchiveFile): Promise<End> => {
  memberLength(await file.read(0, Math.min(MEMBER_HEADER_SIZE, file.size)), 0)
  if (file.size < END_SIZE) throw archiveError('archive-truncated')
  const offset = file.size - END_SIZE
  const member = await file.read(offset, END_SIZE)
  if (!hasHeader(member)) throw archiveError('archive-truncated')
  const end = decodeEnd(member)
  if (end.index.offset + end.index.length !== offset) throw corrupt('its index is not where its end says')
  return end
}

const hasHeader = (member: Buffer): boolean => {
  try {
    return memberLength(member.subarray(0, MEMBER_HEADER_SIZE), 1) === END_SIZE
  } catch {
    return false
  }
}

const readHead = async (chunks: readonly ChunkLine[], cache: ChunkCache): Promise<Head> => {
  const reader = new HeadReader()
  for (const [number, { holds }] of chunks.entries()) {
    if (holds !== 'head') break
    for (const bytes of await cache.lines(number)) {
      const line = decodeLine(bytes)
      if (line.type !== 'header' && line.type !== 'network') throw corrupt('its head holds something else')
      reader.take(line)
    }
  }
  return reader.finish()
}

const RECEIVED = Buffer.from(',"received":')

/** Of a line that was verified before, and so is spelled in one way only: decoding all of it takes much longer. */
const receptionsIn = (line: Buffer): MessageLine['received'] =>
  JSON.parse(
    line.toString('utf8', line.lastIndexOf(RECEIVED) + RECEIVED.length, line.length - 1),
  ) as MessageLine['received']

/** The last place in an ascending list that holds no more than `value`. */
const lastAtMost = (ascending: readonly number[], value: number): number => {
  let low = 0
  let high = ascending.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((ascending[middle] ?? 0) <= value) low = middle
    else high = middle - 1
  }
  return low
}
