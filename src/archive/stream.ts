import { createHash, type Hash as Hashing } from 'node:crypto'

import { view } from '../util/index.js'
import { entryOf, CutCheck } from './chunk.js'
import { archiveError, corrupt } from './codes.js'
import { type Content, ContentsReader } from './contents.js'
import { decodeEnd, type End, END_SIZE } from './end.js'
import { INDEX_TEXT_LIMIT } from './limits.js'
import {
  type ChunkLine,
  decodeLine,
  encodeLine,
  type Line,
  type Section,
  SECTION_OF,
  splitLines,
} from './lines.js'
import { decodeMember, MEMBER_HEADER_SIZE, memberLength } from './member.js'

/**
 * Reads an archive from front to back, from a pipe as well as from a file, one member in memory at a time. What it
 * yields was checked by itself; that nothing is missing, added or exchanged is known only when it has returned: the
 * hash stands at the end. It returns what names the archive.
 *
 * @throws CodedError of {@link ./codes.ARCHIVE_CODES}
 */
export async function* streamArchive(source: AsyncIterable<Uint8Array>): AsyncGenerator<Content, End> {
  const input = new Input(source)
  const archive = new ArchiveReader()
  for (;;) {
    const member = await nextMember(input, archive.offset)
    const text = decodeMember(member, archive.offset)
    if (isEndText(text)) {
      const end = archive.finish(member)
      if ((await input.take(1)).length > 0) throw corrupt('something follows its end')
      return end
    }
    yield* archive.take(member, text)
  }
}

const END_TEXT = Buffer.from('{"type":"end"')
const isEndText = (text: Buffer): boolean => text.subarray(0, END_TEXT.length).equals(END_TEXT)

const nextMember = async (input: Input, offset: number): Promise<Buffer> => {
  const header = await input.take(MEMBER_HEADER_SIZE)
  if (header.length === 0) throw archiveError('archive-truncated')
  const length = memberLength(header, offset)
  const rest = await input.take(length - MEMBER_HEADER_SIZE)
  if (header.length + rest.length < length) throw archiveError('archive-truncated')
  return Buffer.concat([header, rest])
}

class ArchiveReader {
  offset = 0
  readonly #chunks: ChunkLine[] = []
  readonly #contents = new ContentsReader(this.#chunks)
  readonly #cuts = new CutCheck()
  readonly #bytes = createHash('sha256')
  readonly #text = createHash('sha256')
  readonly #indexBytes = createHash('sha256')
  #indexSize = 0
  #indexOffset: number | null = null

  /** @throws CodedError `archive-corrupt` */
  finish(member: Buffer): End {
    if (member.length !== END_SIZE) throw corrupt('its last member has another length')
    const end = decodeEnd(member)
    this.#contents.finish()
    const offset = this.#indexOffset ?? 0
    const isSound =
      end.index.offset === offset &&
      end.index.length === this.offset - offset &&
      end.index.sha256 === hex(this.#indexBytes) &&
      end.textSha256 === hex(this.#text) &&
      end.sha256 === hex(this.#bytes)
    if (!isSound) throw corrupt('its hashes are of other contents')
    return end
  }

  *take(member: Buffer, text: Buffer): Generator<Content> {
    const spelled = splitLines(text)
    const lines = spelled.map(decodeLine)
    const section = sectionOf(lines)
    this.#cuts.take(section, text, (spelled.at(-1)?.length ?? 0) + 1)
    this.#note(section, member, text, lines)
    this.offset += member.length
    for (const line of lines) yield* this.#contents.take(line, section)
  }

  #note(section: Section, member: Buffer, text: Buffer, lines: readonly Line[]): void {
    this.#bytes.update(member)
    const entry = entryOf(section, this.offset, member, text, lines)
    if (entry === null) {
      this.#indexOffset ??= this.offset
      this.#indexBytes.update(member)
      return
    }
    this.#text.update(text)
    this.#indexSize += encodeLine(entry).length + 1
    if (this.#indexSize > INDEX_TEXT_LIMIT)
      throw archiveError('archive-too-large', 'the archive has too many members')
    this.#chunks.push(entry)
  }
}

const hex = (hashing: Hashing): string => hashing.digest('hex')

/** @throws CodedError `archive-corrupt` unless all lines are of one section. */
const sectionOf = (lines: readonly Line[]): Section => {
  const [first] = lines
  if (first === undefined) throw corrupt('a member is empty')
  const section = SECTION_OF[first.type]
  if (lines.some(({ type }) => SECTION_OF[type] !== section)) throw corrupt('a member is of two sections')
  return section
}

/** Bytes as they come, taken as they are needed. */
class Input {
  readonly #chunks: AsyncIterator<Uint8Array>
  #held: Buffer[] = []
  #size = 0

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]()
  }

  /** Fewer bytes than asked for only at the end. */
  async take(length: number): Promise<Buffer> {
    while (this.#size < length) {
      const next = await this.#chunks.next()
      if (next.done === true) break
      this.#held.push(view(next.value))
      this.#size += next.value.length
    }
    const [first = Buffer.alloc(0), ...more] = this.#held
    const all = more.length === 0 ? first : Buffer.concat(this.#held)
    const taken = all.subarray(0, length)
    this.#held = [all.subarray(taken.length)]
    this.#size -= taken.length
    return taken
  }
}
