import { createHash } from 'node:crypto'

import type { Network } from '../roles/index.js'
import { type Chunk, Chunker } from './chunk.js'
import { archiveError } from './codes.js'
import { encodeEnd, type End } from './end.js'
import { checkReplicas, headLines } from './head.js'
import { INDEX_TEXT_LIMIT } from './limits.js'
import { type ChunkLine, decodeLine, encodeLine, type EvidenceLine, type Line } from './lines.js'
import { mergeReplicas, type ReplicaSource, type Scanned, scanReplica } from './merge.js'
import { compareText } from './order.js'

export interface ArchiveContents {
  readonly network: Network
  /** The signed network file that `network` was read from, to the byte. */
  readonly networkText: string
  /** In any order. */
  readonly replicas: readonly ReplicaSource[]
}

export interface WriteProgress {
  /** `reading`: logs are looked through; `writing`: members go out. */
  readonly stage: 'reading' | 'writing'
  readonly messages: number
}

export interface Written extends End {
  /** Size of the archive. */
  readonly bytes: number
  /** Different messages, and how often the replicas hold one. */
  readonly messages: number
  readonly received: number
}

/**
 * Gives the bytes of an archive, member by member. The same logs give the same text, and with the same zlib the same
 * bytes.
 *
 * @throws CodedError `archive-foreign` for a replica of no member, `archive-too-large`, and whatever a source throws
 */
export async function* archiveBytes(
  { network, networkText, replicas }: ArchiveContents,
  progress: (done: WriteProgress) => void = () => undefined,
): AsyncGenerator<Buffer, Written> {
  const scanned: Scanned[] = []
  for (const source of [...replicas].sort((a, b) => compareText(a.name, b.name))) {
    scanned.push(await scanReplica(source, (messages) => progress({ stage: 'reading', messages })))
  }
  const entries = scanned.map(({ source: { name, member, evidence }, messages }) => ({
    name,
    member,
    messages,
    evidence: evidence.length,
  }))
  checkReplicas({ network, replicas: entries })
  const writer = new Writer()
  for (const line of headLines({ network, networkText, replicas: entries })) yield* writer.add(line)
  for (const line of evidenceLines(scanned)) yield* writer.add(line)
  let messages = 0
  for (const line of mergeReplicas(scanned)) {
    yield* writer.add(line)
    progress({ stage: 'writing', messages: ++messages })
  }
  const received = entries.reduce((sum, entry) => sum + entry.messages, 0)
  const { end, bytes } = yield* writer.finish()
  return { ...end, bytes, messages, received }
}

const evidenceLines = (scanned: readonly Scanned[]): readonly EvidenceLine[] =>
  scanned.flatMap(({ source: { evidence } }, replica) =>
    [...evidence]
      .sort((a, b) => compareText(a.name, b.name))
      .map(({ name, text }): EvidenceLine => ({ type: 'evidence', replica, name, text })),
  )

class Writer {
  readonly #chunker = new Chunker()
  readonly #chunks: ChunkLine[] = []
  readonly #bytes = createHash('sha256')
  readonly #text = createHash('sha256')
  readonly #indexBytes = createHash('sha256')
  #indexSize = 0

  #out({ bytes, text, entry }: Chunk): Buffer {
    this.#bytes.update(bytes)
    if (entry === null) this.#indexBytes.update(bytes)
    else {
      this.#text.update(text)
      this.#chunks.push(entry)
      this.#indexSize += encodeLine(entry).length + 1
      if (this.#indexSize > INDEX_TEXT_LIMIT)
        throw archiveError('archive-too-large', 'these are too many messages')
    }
    return bytes
  }

  *add(line: Line): Generator<Buffer> {
    const text = Buffer.from(`${encodeLine(line)}\n`)
    // Nothing is written that no reader would take.
    decodeLine(text.subarray(0, -1))
    for (const chunk of this.#chunker.add(line, text)) yield this.#out(chunk)
  }

  *finish(): Generator<Buffer, { end: End; bytes: number }> {
    for (const chunk of this.#chunker.flush()) yield this.#out(chunk)
    const offset = this.#chunker.offset
    for (const line of [...this.#chunks]) yield* this.add(line)
    for (const chunk of this.#chunker.flush()) yield this.#out(chunk)
    const length = this.#chunker.offset - offset
    const end = {
      index: { offset, length, sha256: this.#indexBytes.digest('hex') },
      textSha256: this.#text.digest('hex'),
      sha256: this.#bytes.digest('hex'),
    }
    const last = encodeEnd(end)
    yield last
    return { end, bytes: offset + length + last.length }
  }
}
