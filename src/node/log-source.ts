import { type FileHandle, open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import bipf from 'bipf'

import type { FeedSource, SourceMessage } from '../audit/index.js'
import {
  type ClassicMessage,
  type FeedId,
  isClassicMessage,
  isFeedId,
  type MessageKey,
  messageKeyOfValue,
} from '../feeds/index.js'
import { CodedError } from '../util/index.js'
import { dataDirectory } from './data-directory.js'
import { BLOCK_SIZE, readBlock } from './log-file.js'
import { readBeginnings } from './pruning/beginnings.js'

/** Times that a block is read again before it is called damaged: a node that runs may be half-way through writing it. */
const READS = 20
const READ_AGAIN_MS = 50
const HEADER_SIZE = 2
/** Blocks kept for reading messages again: those of one height stand close together. */
const BLOCKS_KEPT = 64

/**
 * The feeds in a node's data directory, read from the log on its disk: the database is not opened, so that the node may
 * run. Every byte of the log is accounted for: records are re-encoded and compared, and the rest must be zero.
 *
 * Errors when it is read: CodedError `source-missing`, `source-damaged`.
 *
 * @throws CodedError `source-missing`; `source-pruned`, since without its lanes nothing can be executed again
 */
export const openLogSource = async (directory: string): Promise<FeedSource> => {
  const { ssb, registration } = dataDirectory(directory)
  const path = join(ssb, 'db2', 'log.bipf')
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new CodedError(
      'source-missing',
      `${directory} is no data directory of a node that has run`,
      { path },
      { cause },
    )
  })
  const { height } = await readBeginnings(ssb)
  if (height === 0) return new LogSource(directory, file, await memberIn(registration))
  await file.close()
  throw new CodedError('source-pruned', `${directory} has pruned its lanes up to height ${height}`, {
    height,
  })
}

class LogSource implements FeedSource {
  readonly #blocks = new Map<number, Buffer>()

  constructor(
    readonly name: string,
    private readonly file: FileHandle,
    readonly member: FeedId | undefined,
  ) {}

  async *messages(): AsyncGenerator<SourceMessage> {
    for (let start = 0; ; start += BLOCK_SIZE) {
      const records = await this.#recordsAt(start)
      if (records === null) return
      let position = start
      for (const record of records) {
        yield messageIn(record, position) ?? this.#damaged(position)
        position += HEADER_SIZE + record.length
      }
    }
  }

  async read(position: number): Promise<ClassicMessage> {
    const start = Math.floor(position / BLOCK_SIZE) * BLOCK_SIZE
    const block = this.#blocks.get(start) ?? (await this.#keep(start))
    const offset = position - start
    const record = block.subarray(offset + HEADER_SIZE, offset + HEADER_SIZE + block.readUInt16LE(offset))
    return messageIn(record, position)?.value ?? this.#damaged(position)
  }

  async *proofs(): AsyncGenerator<unknown> {
    const { evidence } = dataDirectory(this.name)
    for (const file of (await readdir(evidence).catch(() => [])).sort()) {
      if (file.endsWith('.proof.json'))
        yield parsed(await readFile(join(evidence, file), 'utf8').catch(() => ''))
    }
  }

  async close(): Promise<void> {
    await this.file.close()
  }

  /** The whole records of a block; null behind the last one. @throws CodedError `source-damaged` */
  async #recordsAt(start: number): Promise<readonly Buffer[] | null> {
    for (let reads = 0; reads < READS; reads++) {
      if (reads > 0) await pause(READ_AGAIN_MS)
      const bytes = await this.#bytesAt(start)
      if (bytes.length === 0) {
        if (start === 0) throw new CodedError('source-missing', `the log of ${this.name} is empty`)
        return null
      }
      const { records, isWhole } = readBlock(bytes)
      if (isWhole && records.every((record) => messageIn(record, start) !== null)) return records
    }
    return this.#damaged(start)
  }

  async #keep(start: number): Promise<Buffer> {
    const block = await this.#bytesAt(start)
    this.#blocks.set(start, block)
    const [oldest] = this.#blocks.keys()
    if (this.#blocks.size > BLOCKS_KEPT && oldest !== undefined) this.#blocks.delete(oldest)
    return block
  }

  async #bytesAt(start: number): Promise<Buffer> {
    const bytes = Buffer.alloc(BLOCK_SIZE)
    const { bytesRead } = await this.file.read(bytes, 0, BLOCK_SIZE, start)
    return bytes.subarray(0, bytesRead)
  }

  #damaged(position: number): never {
    throw new CodedError('source-damaged', `the log of ${this.name} is damaged at byte ${position}`, {
      source: this.name,
      position,
    })
  }
}

/** Whose directory it is; a log may be read without what says so. */
const memberIn = async (registration: string): Promise<FeedId | undefined> => {
  const json = parsed(await readFile(registration, 'utf8').catch(() => ''))
  const id = typeof json === 'object' && json !== null && 'id' in json ? json.id : undefined
  return isFeedId(id) ? id : undefined
}

/** The message of a record, if it is the one that the record's key names and nothing else stands there. */
const messageIn = (record: Buffer, position: number): SourceMessage | null => {
  const entry = decoded(record)
  if (typeof entry !== 'object' || entry === null) return null
  const { key, value, timestamp } = entry as Readonly<Record<string, unknown>>
  if (!isClassicMessage(value) || typeof timestamp !== 'number' || messageKeyOfValue(value) !== key)
    return null
  if (!bipf.allocAndEncode({ key, value, timestamp }).equals(record)) return null
  return { key: key as MessageKey, value, receivedAt: timestamp, position }
}

const decoded = (record: Buffer): unknown => {
  try {
    return bipf.decode(record, 0)
  } catch {
    return null
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
