import { hashHex, sha256 } from '../feeds/index.js'
import { corrupt } from './codes.js'
import { MEMBER_TEXT_TARGET } from './limits.js'
import { type ChunkLine, type Line, type Section, SECTION_OF } from './lines.js'
import { encodeMember } from './member.js'

/** A member, with what the index says of it. */
export interface Chunk {
  readonly section: Section
  readonly bytes: Buffer
  readonly text: Buffer
  /** Null for a member of the index, which does not list itself. */
  readonly entry: ChunkLine | null
}

type Range = ChunkLine['feeds'][number]

/** Gathers lines into members: one is full when a line brings it to the target, or when a section ends. */
export class Chunker {
  #section: Section = 'head'
  #parts: Buffer[] = []
  #size = 0
  #lines: Line[] = []
  #offset = 0

  get offset(): number {
    return this.#offset
  }

  /** The members that this line completes: none, one, or two. */
  *add(line: Line, text: Buffer): Generator<Chunk> {
    const section = SECTION_OF[line.type]
    if (section !== this.#section) yield* this.flush()
    this.#section = section
    this.#parts.push(text)
    this.#size += text.length
    this.#lines.push(line)
    if (this.#size >= MEMBER_TEXT_TARGET) yield* this.flush()
  }

  *flush(): Generator<Chunk> {
    if (this.#size === 0) return
    const text = Buffer.concat(this.#parts)
    const bytes = encodeMember(text)
    const entry = entryOf(this.#section, this.#offset, bytes, text, this.#lines)
    const chunk = { section: this.#section, bytes, text, entry }
    this.#offset += bytes.length
    this.#parts = []
    this.#size = 0
    this.#lines = []
    yield chunk
  }
}

export const entryOf = (
  holds: Section,
  offset: number,
  bytes: Buffer,
  text: Buffer,
  lines: readonly Line[],
): ChunkLine | null =>
  holds === 'index'
    ? null
    : {
        type: 'chunk',
        holds,
        offset,
        length: bytes.length,
        sha256: hashHex(sha256(bytes)),
        textLength: text.length,
        lines: lines.length,
        feeds: rangesOf(lines),
      }

const rangesOf = (lines: readonly Line[]): Range[] => {
  const ranges: Range[] = []
  for (const line of lines) {
    if (line.type !== 'message') continue
    const { author, sequence } = line.value
    const last = ranges.at(-1)
    if (last?.[0] === author) last[2] = sequence
    else ranges.push([author, sequence, sequence])
  }
  return ranges
}

/** Members are cut where a {@link Chunker} cuts them. */
export class CutCheck {
  #section: Section | null = null
  #isFull = false

  /** @throws CodedError `archive-corrupt` */
  take(section: Section, text: Buffer, lastLine: number): void {
    const isShort = section === this.#section && !this.#isFull
    if (isShort || text.length - lastLine >= MEMBER_TEXT_TARGET)
      throw corrupt('a member ends at another line')
    this.#section = section
    this.#isFull = text.length >= MEMBER_TEXT_TARGET
  }
}
