import { corrupt } from './codes.js'
import { type Head, HeadReader } from './head.js'
import {
  type ChunkLine,
  encodeLine,
  type EvidenceLine,
  type Line,
  type MessageLine,
  type Section,
} from './lines.js'
import { MessageOrder, ReplicaTally } from './order.js'

/** What a reader is told, in this order: the head, evidence, messages by feed and sequence. */
export type Content = ({ readonly type: 'head' } & Head) | EvidenceLine | MessageLine

const SECTIONS: readonly Section[] = ['head', 'evidence', 'messages', 'index']

/** Judges the lines of an archive from the first to the last of the index. */
export class ContentsReader {
  #section: Section = 'head'
  readonly #head = new HeadReader()
  readonly #order = new MessageOrder()
  #tally: ReplicaTally | null = null
  #listed = 0

  /** @param chunks what the index must list, as far as it was read. */
  constructor(private readonly chunks: readonly ChunkLine[]) {}

  /** The head comes with the line after it. @throws CodedError `archive-corrupt`, `archive-foreign`, `archive-too-large` */
  *take(line: Line, section: Section): Generator<Content> {
    if (SECTIONS.indexOf(section) < SECTIONS.indexOf(this.#section))
      throw corrupt('its sections are out of order')
    if (section !== 'head' && this.#tally === null) {
      const head = this.#head.finish()
      this.#tally = new ReplicaTally(head.replicas)
      yield { type: 'head', ...head }
    }
    this.#section = section
    switch (line.type) {
      case 'header':
      case 'network':
        return this.#head.take(line)
      case 'evidence':
        this.#tally?.evidence(line)
        yield line
        return
      case 'message':
        this.#order.take(line)
        this.#tally?.message(line)
        yield line
        return
      case 'chunk':
        return this.#takeEntry(line)
    }
  }

  /** @throws CodedError `archive-corrupt` */
  finish(): void {
    if (this.#tally === null || this.#listed !== this.chunks.length)
      throw corrupt('its index leaves out members')
    this.#tally.finish()
  }

  #takeEntry(line: ChunkLine): void {
    const found = this.chunks[this.#listed++]
    if (!found || encodeLine(found) !== encodeLine(line)) throw corrupt('its index is of other members')
  }
}
