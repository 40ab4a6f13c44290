import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

import { z } from 'zod'

import { isFeedId, isMessageKey, type FeedId, type MessageKey } from '../../feeds/index.js'
import { CodedError } from '../../util/index.js'
import { writeDurably } from '../durable-file.js'
import type { FeedPlace } from '../log-scan.js'

/**
 * Where pruned feeds begin, beside the log that was pruned: a log is sound only if each of its feeds begins at its
 * first message or directly after one that is named here. One line: CRC-32, a space, JSON.
 */
export interface Beginnings {
  /** The log holds no lane below the cut of this height; 0 if it was never pruned. */
  readonly height: number
  /** The last message before a feed's beginning. Two of one feed while a pruning is under way: before and after it. */
  readonly accepted: readonly FeedPlace[]
}

const NONE: Beginnings = { height: 0, accepted: [] }

const schema = z.strictObject({
  height: z.int().min(0),
  accepted: z.array(
    z.strictObject({
      feed: z.custom<FeedId>(isFeedId),
      sequence: z.int().positive(),
      key: z.custom<MessageKey>(isMessageKey),
    }),
  ),
})

export const beginningsFile = (path: string): string => join(path, 'db2', 'beginnings')

/**
 * @param path the data directory of the SSB stack.
 * @throws CodedError `beginnings-damaged`: without them the log would be taken for damaged, and lose its lanes
 */
export const readBeginnings = async (path: string): Promise<Beginnings> => {
  const file = beginningsFile(path)
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return NONE
  const json = text.slice(CHECKSUM_LENGTH + 1)
  const parsed = text === printed(json) ? schema.safeParse(JSON.parse(json)) : null
  if (parsed?.success) return parsed.data
  throw new CodedError('beginnings-damaged', 'the file that says where pruned feeds begin is damaged', {
    file,
  })
}

/** Durable, and whole or not at all. @throws as the file system does */
export const writeBeginnings = (path: string, { height, accepted }: Beginnings): Promise<void> => {
  const places = accepted.map(({ feed, sequence, key }) => ({ feed, sequence, key }))
  return writeDurably(beginningsFile(path), printed(JSON.stringify({ height, accepted: places })))
}

const CHECKSUM_LENGTH = 8

const printed = (json: string): string => `${crc32(json).toString(16).padStart(CHECKSUM_LENGTH, '0')} ${json}`
