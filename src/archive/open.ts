import type { FeedId } from '../feeds/index.js'
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
import { ArchivedReplica } from './replica.js'
import { streamArchive } from './stream.js'

export interface OpenOptions {
  /** The network that the archive must be of. */
  readonly network?: Network
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
   * One node's log. The archive is verified first, if it was not: so every position is there, and the table of them is
   * as large as the log is.
   * @param index place in `replicas`
   */
  async replica(index: number): Promise<ArchivedReplica> {
    const entry = this.replicas[index]
    assert(entry, 'the replica is one of those in the archive')
    if (!this.#isVerified) await this.verify()
    return ArchivedReplica.open(index, entry, this.chunks, this.cache)
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
