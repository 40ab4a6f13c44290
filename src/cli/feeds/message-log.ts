import { open, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

import bipf from 'bipf'

import { isFeedId, isMessageKey, type FeedId, type MessageKey } from '../../feeds/index.js'
import { CodedError, isCoded } from '../../util/index.js'

/**
 * Reads a node's messages from its disk without opening its database, so that it works beside the running node and
 * can never disturb it. The file is async-append-only-log's: blocks of 64 KiB, in each records of a length (u16,
 * little-endian; 0 ends the block) and that many bytes of BIPF.
 */

export interface StoredMessage {
  readonly key: MessageKey
  readonly author: FeedId
  readonly sequence: number
  readonly previous: MessageKey | null
  /** Milliseconds of the author's clock. */
  readonly timestamp: number
  /** `content.type`, or null where content is none, such as a private message. */
  readonly type: string | null
  readonly content: unknown
  readonly signature: string
}

const BLOCK_SIZE = 64 * 1024
const LENGTH_SIZE = 2

/** How often a followed log is looked at again. */
const POLL_MS = 100

/** Times that an unreadable record is read again before it is called damaged: its writer may be half-way. */
const TORN_READS = 20

/** Where ssb-db2 keeps its log below the folder it was given. */
export const messageLogPath = (ssbDirectory: string): string => join(ssbDirectory, 'db2', 'log.bipf')

export interface ReadOptions {
  /** Go on with what arrives, until stopped. */
  readonly follow: boolean
  readonly stop: AbortSignal
  /** Messages to leave out at the start of the log. */
  readonly skip?: number
}

/**
 * Every message that is on disk, in the order in which the node stored them, once. Followed, it goes on when the node
 * puts another file in place of its log: a pruned or repaired one.
 * @throws CodedError `message-log-missing`, `message-log-damaged`
 */
export async function* readMessageLog(path: string, options: ReadOptions): AsyncGenerator<StoredMessage> {
  const told = new Map<FeedId, number>()
  let skip = options.skip ?? 0
  let isFirst = true
  do {
    for await (const message of readLogFile(path, options)) {
      if (!isFirst && message.sequence <= (told.get(message.author) ?? 0)) continue
      told.set(message.author, message.sequence)
      if (skip > 0) skip--
      else yield message
    }
    isFirst = false
  } while (options.follow && !options.stop.aborted)
}

/** One file of the log; followed, until another one stands in its place. */
async function* readLogFile(path: string, options: ReadOptions): AsyncGenerator<StoredMessage> {
  const file = await openLog(path, options)
  if (file === null) return
  const block = Buffer.alloc(BLOCK_SIZE)
  let blockStart = 0
  let offset = 0
  let unreadable = 0
  try {
    while (!options.stop.aborted) {
      block.fill(0)
      await file.read(block, 0, BLOCK_SIZE, blockStart)
      for (;;) {
        const record = recordAt(block, offset)
        if (record === null) break
        const message = messageOf(record)
        if (message === 'unreadable') {
          unreadable++
          break
        }
        unreadable = 0
        offset += LENGTH_SIZE + record.length
        if (message === 'other') continue
        yield message
        if (options.stop.aborted) return
      }
      if (unreadable > TORN_READS) throw damaged(path, blockStart + offset)
      if (unreadable === 0 && (await file.stat()).size > blockStart + BLOCK_SIZE) {
        // The block may have been read before its last records were written, and the next one begun since.
        if (offset === (await endOfBlock(file, blockStart, offset))) {
          blockStart += BLOCK_SIZE
          offset = 0
        }
      } else if (unreadable > 0 || (options.follow && !(await isReplaced(file, path))))
        await pause(POLL_MS, options.stop)
      else return
    }
  } finally {
    await file.close()
  }
}

const isReplaced = async (file: FileHandle, path: string): Promise<boolean> => {
  const [{ ino }, now] = await Promise.all([file.stat(), stat(path).catch(() => null)])
  return now !== null && now.ino !== ino
}

/** Messages on disk now; 0 if the node has never run. */
export const countMessages = async (path: string): Promise<number> => {
  let count = 0
  try {
    const once = { follow: false, stop: new AbortController().signal }
    for await (const _message of readMessageLog(path, once)) count++
  } catch (error) {
    if (!isCoded(error, 'message-log-missing')) throw error
  }
  return count
}

const endOfBlock = async (file: FileHandle, blockStart: number, offset: number): Promise<number> => {
  const block = Buffer.alloc(BLOCK_SIZE)
  await file.read(block, 0, BLOCK_SIZE, blockStart)
  const record = recordAt(block, offset)
  return record === null ? offset : offset + LENGTH_SIZE + record.length
}

const openLog = async (path: string, { follow, stop }: ReadOptions): Promise<FileHandle | null> => {
  for (;;) {
    try {
      return await open(path, 'r')
    } catch (cause) {
      // A node that starts for the first time makes its log with its first message.
      if (!follow)
        throw new CodedError(
          'message-log-missing',
          `there is no ${path}: has the node run?`,
          { path },
          { cause },
        )
      if (stop.aborted) return null
      await pause(POLL_MS, stop)
    }
  }
}

const recordAt = (block: Buffer, offset: number): Buffer | null => {
  if (offset + LENGTH_SIZE > BLOCK_SIZE) return null
  const length = block.readUInt16LE(offset)
  const start = offset + LENGTH_SIZE
  return length === 0 || start + length > BLOCK_SIZE ? null : block.subarray(start, start + length)
}

/** `other`: a record of something else than a message, or of a deleted one. */
const messageOf = (record: Buffer): StoredMessage | 'unreadable' | 'other' => {
  if (record.every((byte) => byte === 0)) return 'unreadable'
  let entry: unknown
  try {
    entry = bipf.decode(record, 0)
  } catch {
    return 'unreadable'
  }
  if (!isFields(entry) || !isMessageKey(entry['key']) || !isFields(entry['value'])) return 'other'
  const { author, sequence, previous, timestamp, content, signature } = entry['value']
  if (!isFeedId(author) || typeof sequence !== 'number' || typeof timestamp !== 'number') return 'other'
  const type = isFields(content) ? content['type'] : null
  return {
    key: entry['key'],
    author,
    sequence,
    previous: isMessageKey(previous) ? previous : null,
    timestamp,
    type: typeof type === 'string' ? type : null,
    content,
    signature: typeof signature === 'string' ? signature : '',
  }
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null

const damaged = (path: string, offset: number): CodedError =>
  new CodedError('message-log-damaged', `${path} cannot be read beyond byte ${offset}`, { path, offset })

const pause = (ms: number, stop: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      stop.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    stop.addEventListener('abort', done, { once: true })
  })
