import { readSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

import bipf from 'bipf'

import type { ReceivedMessage, ReplicaSource } from '../../archive/index.js'
import { type ClassicMessage, type FeedId, isClassicMessage, messageKeyOfValue } from '../../feeds/index.js'
import { BLOCK_SIZE, type LogBlock, readBlock } from '../../node/log-file.js'
import { CodedError } from '../../util/index.js'

/** Times that an unsound block is read again before the log is called damaged: its writer may be half-way. */
const TORN_READS = 20
const PAUSE_MS = 100
/** Length of a record in front of it, and most records whole with it. */
const LENGTH_SIZE = 2
const READ_SIZE = 4096

export type Origin = Pick<ReplicaSource, 'member' | 'name' | 'evidence'>

/**
 * The log of a data directory as it was when it was opened, read from outside and only read: the node may run. Of each
 * message only the place is held. A record that is no message, or not the one that it says, is never passed over.
 */
export class LogReplica implements ReplicaSource {
  readonly #offsets: number[] = []
  #scratch = Buffer.alloc(READ_SIZE)

  private constructor(
    private readonly origin: Origin,
    private readonly path: string,
    private readonly handle: FileHandle,
    private readonly size: number,
  ) {}

  /** @throws CodedError `message-log-missing` */
  static async open(origin: Origin, path: string): Promise<LogReplica> {
    const handle = await open(path, 'r').catch((cause: unknown) => {
      throw new CodedError(
        'message-log-missing',
        `there is no ${path}: has the node run?`,
        { path },
        { cause },
      )
    })
    const { size } = await handle.stat()
    return new LogReplica(origin, path, handle, size)
  }

  get member(): FeedId {
    return this.origin.member
  }

  get name(): string {
    return this.origin.name
  }

  get evidence(): ReplicaSource['evidence'] {
    return this.origin.evidence
  }

  /** @throws CodedError `message-log-damaged` */
  async *scan(): AsyncGenerator<{ readonly author: FeedId; readonly sequence: number }> {
    for (let start = 0; start < this.size; start += BLOCK_SIZE) {
      const { values, offsets } = await this.#soundBlock(start)
      for (const [index, { author, sequence }] of values.entries()) {
        this.#offsets.push(start + (offsets[index] ?? 0))
        yield { author, sequence }
      }
    }
  }

  /** @throws CodedError `message-log-damaged` */
  read(position: number): ReceivedMessage {
    const offset = this.#offsets[position]
    if (offset === undefined) throw damaged(this.path, this.size)
    const found = messageIn(this.#record(offset))
    if (found === null || messageKeyOfValue(found.value) !== found.key) throw damaged(this.path, offset)
    return found
  }

  async close(): Promise<void> {
    await this.handle.close()
  }

  #record(offset: number): Buffer {
    this.#fill(offset)
    const length = this.#scratch.readUInt16LE(0)
    if (LENGTH_SIZE + length > this.#scratch.length) {
      this.#scratch = Buffer.alloc(BLOCK_SIZE + LENGTH_SIZE)
      this.#fill(offset)
    }
    return this.#scratch.subarray(LENGTH_SIZE, LENGTH_SIZE + length)
  }

  #fill(offset: number): void {
    readSync(this.handle.fd, this.#scratch, 0, this.#scratch.length, offset)
  }

  async #soundBlock(start: number): Promise<SoundBlock> {
    for (let attempt = 0; attempt < TORN_READS; attempt++) {
      const bytes = Buffer.alloc(BLOCK_SIZE)
      const { bytesRead } = await this.handle.read(bytes, 0, BLOCK_SIZE, start)
      const block = soundBlock(readBlock(bytes.subarray(0, bytesRead)))
      if (block !== null) return block
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    throw damaged(this.path, start)
  }
}

interface SoundBlock {
  readonly values: readonly ClassicMessage[]
  readonly offsets: readonly number[]
}

const soundBlock = ({ records, isWhole }: LogBlock): SoundBlock | null => {
  if (!isWhole) return null
  const values: ClassicMessage[] = []
  const offsets: number[] = []
  let offset = 0
  for (const record of records) {
    const found = messageIn(record)
    if (found === null) return null
    values.push(found.value)
    offsets.push(offset)
    offset += LENGTH_SIZE + record.length
  }
  return { values, offsets }
}

const messageIn = (record: Buffer): ReceivedMessage | null => {
  const entry = decoded(record)
  if (typeof entry !== 'object' || entry === null) return null
  const { key, value, timestamp } = entry as Partial<Record<string, unknown>>
  if (!isClassicMessage(value) || typeof timestamp !== 'number') return null
  return { key: key as ReceivedMessage['key'], value, receivedAt: timestamp }
}

const decoded = (record: Buffer): unknown => {
  try {
    return bipf.decode(record, 0)
  } catch {
    return null
  }
}

const damaged = (path: string, offset: number): CodedError =>
  new CodedError('message-log-damaged', `${path} cannot be read from byte ${offset} on`, { path, offset })
