import { hashHex, sha256 } from '../feeds/index.js'
import type { ArchiveFile } from './archive-file.js'
import { corrupt } from './codes.js'
import { MEMBER_TEXT_TARGET } from './limits.js'
import { type ChunkLine, splitLines } from './lines.js'

/** Text held at a time, whatever the archive holds: a member for each feed of the largest network. */
const MOST = 160 * 1024 * 1024

/** Where a log is read in its order, each feed is read forwards: in one member of its own, or where it goes on to the next. */
const MEMBERS_PER_FEED = 2

const budgetFor = (chunks: readonly ChunkLine[]): number => {
  const feeds = new Set(chunks.flatMap((chunk) => chunk.feeds.map(([feed]) => feed)))
  return Math.min(MOST, (feeds.size + 1) * MEMBERS_PER_FEED * MEMBER_TEXT_TARGET)
}

/** Members by their number in the index, inflated and checked against it; those used last stay in memory. */
export class ChunkCache {
  readonly #held = new Map<number, { readonly lines: readonly Buffer[]; readonly size: number }>()
  #size = 0

  constructor(
    private readonly file: Pick<ArchiveFile, 'member'>,
    private readonly chunks: readonly ChunkLine[],
    private readonly budget = budgetFor(chunks),
  ) {}

  /** The lines of a member. @throws CodedError `archive-corrupt` and others */
  async lines(number: number): Promise<readonly Buffer[]> {
    const known = this.#held.get(number)
    if (known) {
      this.#held.delete(number)
      this.#held.set(number, known)
      return known.lines
    }
    const { lines, size } = await this.#load(number)
    this.#held.set(number, { lines, size })
    this.#size += size
    for (const [oldest, { size: freed }] of this.#held) {
      if (this.#size <= this.budget || oldest === number) break
      this.#held.delete(oldest)
      this.#size -= freed
    }
    return lines
  }

  async #load(number: number): Promise<{ readonly lines: readonly Buffer[]; readonly size: number }> {
    const entry = this.chunks[number]
    if (!entry) throw corrupt('its index is of other members')
    const { bytes, text } = await this.file.member(entry.offset, entry.offset + entry.length)
    const lines = splitLines(text)
    const isSound =
      bytes.length === entry.length &&
      hashHex(sha256(bytes)) === entry.sha256 &&
      text.length === entry.textLength &&
      lines.length === entry.lines
    if (!isSound) throw corrupt('a member is not the one of the index', { offset: entry.offset })
    return { lines, size: text.length }
  }
}
