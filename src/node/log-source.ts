import { type FileHandle, open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import bipf from 'bipf'

import type { FeedBeginning, FeedSource, SourceMessage } from '../audit/index.js'
import {
  type ClassicMessage,
  classicText,
  type FeedId,
  isClassicMessage,
  isFeedId,
  type MessageKey,
  messageKeyOfText,
} from '../feeds/index.js'
import { CodedError } from '../util/index.js'
import { dataDirectory } from './data-directory.js'
import { BLOCK_SIZE, readBlock } from './log-file.js'
import { readBeginnings } from './pruning/beginnings.js'

/** Times that a block is read again before it is called damaged: a node that runs may be half-way through writing it. */
const READS = 20
const READ_AGAIN_MS = 50
/** Nobody is half-way through writing into a log that has not changed for so long. */
const STILL_MS = 10_000
const HEADER_SIZE = 2
/** Blocks kept for reading messages again: those of one height stand close together. */
const BLOCKS_KEPT = 64

/**
 * The feeds in a node's data directory, read from the log on its disk: the database is not opened, so that the node may
 * run. Every byte of the log is accounted for: records are re-encoded and compared, and the rest must be zero.
 *
 * Errors when it is read: CodedError `source-missing`, `source-damaged`.
 *
 * @throws CodedError `source-missing`, `beginnings-damaged`
 */
export const openLogSource = async (directory: string): Promise<FeedSource> => {
  const { ssb, registration } = dataDirectory(directory)
  const path = logFileOf(directory)
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new CodedError(
      'source-missing',
      `${directory} is no data directory of a node that has run`,
      { path },
      { cause },
    )
  })
  try {
    const { accepted } = await readBeginnings(ssb)
    return new LogSource(directory, file, accepted, await memberIn(registration))
  } catch (error) {
    await file.close()
    throw error
  }
}

/** The file that grows. */
export const logFileOf = (directory: string): string => join(dataDirectory(directory).ssb, 'db2', 'log.bipf')

class LogSource implements FeedSource {
  readonly #blocks = new Map<number, Buffer>()

  constructor(
    readonly name: string,
    private readonly file: FileHandle,
    readonly beginnings: readonly FeedBeginning[],
    readonly member: FeedId | undefined,
  ) {}

  async *messages(): AsyncGenerator<SourceMessage> {
    for (let start = 0; ; start += BLOCK_SIZE) {
      const messages = await this.#messagesAt(start)
      if (messages === null) return
      yield* messages
    }
  }

  async read(position: number): Promise<ClassicMessage> {
    const start = Math.floor(position / BLOCK_SIZE) * BLOCK_SIZE
    const block = this.#blocks.get(start) ?? (await this.#keep(start))
    const offset = position - start
    const record = block.subarray(offset + HEADER_SIZE, offset + HEADER_SIZE + block.readUInt16LE(offset))
    // Every byte was compared when it was read first; whoever reads again looks at the key.
    const { value } = entryIn(record) ?? {}
    return isClassicMessage(value) ? value : this.#damaged(position)
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

  /** What the whole records of a block hold; null behind the last one. @throws CodedError `source-damaged` */
  async #messagesAt(start: number): Promise<readonly SourceMessage[] | null> {
    // What is kept of it may be from before the node wrote more into it.
    this.#blocks.delete(start)
    for (let reads = 0; reads < READS; reads++) {
      if (reads > 0) await pause(READ_AGAIN_MS)
      if (reads > 0 && !(await this.#isWritten())) break
      const bytes = await this.#bytesAt(start)
      if (bytes.length === 0) {
        if (start === 0) throw new CodedError('source-missing', `the log of ${this.name} is empty`)
        return null
      }
      const { records, isWhole } = readBlock(bytes)
      const messages = messagesIn(records, start)
      if (isWhole && messages.length === records.length) return messages
    }
    return this.#damaged(start)
  }

  /** Whether somebody may be writing: a log that lies still is as it is. */
  async #isWritten(): Promise<boolean> {
    return Date.now() - (await this.file.stat()).mtimeMs < STILL_MS
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

/** The messages of a block, up to a record that holds none. */
const messagesIn = (records: readonly Buffer[], start: number): readonly SourceMessage[] => {
  const messages: SourceMessage[] = []
  let position = start
  for (const record of records) {
    const message = messageIn(record, position)
    if (message === null) break
    messages.push(message)
    position += HEADER_SIZE + record.length
  }
  return messages
}

/** Whose directory it is; a log may be read without what says so. */
const memberIn = async (registration: string): Promise<FeedId | undefined> => {
  const json = parsed(await readFile(registration, 'utf8').catch(() => ''))
  const id = typeof json === 'object' && json !== null && 'id' in json ? json.id : undefined
  return isFeedId(id) ? id : undefined
}

/** The message of a record, if it is the one that the record's key names and nothing else stands there. */
const messageIn = (record: Buffer, position: number): SourceMessage | null => {
  const { key, value, timestamp } = entryIn(record) ?? {}
  if (!isClassicMessage(value) || typeof timestamp !== 'number') return null
  const text = classicText(value)
  if (messageKeyOfText(text) !== key) return null
  if (!bipf.allocAndEncode({ key, value, timestamp }).equals(record)) return null
  return { key: key as MessageKey, value, receivedAt: timestamp, position, text }
}

const entryIn = (record: Buffer): Readonly<Record<string, unknown>> | null => {
  const entry = decoded(record)
  return typeof entry === 'object' && entry !== null ? (entry as Readonly<Record<string, unknown>>) : null
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
