import { createHash } from 'node:crypto'

import type { FeedId } from '../feeds/index.js'
import type { ArchiveFile } from './archive-file.js'
import { archiveError, corrupt } from './codes.js'
import type { End } from './end.js'
import { INDEX_TEXT_LIMIT, MEMBER_LIMIT, MEMBER_TEXT_LIMIT } from './limits.js'
import { type ChunkLine, decodeLine, splitLines } from './lines.js'

/** Reads the index that the end of an archive points at, and checks that it covers every byte before itself. */
export const readIndex = async (file: ArchiveFile, { index }: End): Promise<readonly ChunkLine[]> => {
  const hash = createHash('sha256')
  const limit = index.offset + index.length
  const chunks: ChunkLine[] = []
  let textSize = 0
  for (let offset = index.offset; offset < limit;) {
    const { bytes, text } = await file.member(offset, limit)
    hash.update(bytes)
    offset += bytes.length
    textSize += text.length
    if (textSize > INDEX_TEXT_LIMIT) throw archiveError('archive-too-large', 'the index is too long')
    for (const line of splitLines(text)) chunks.push(entryIn(line))
  }
  if (hash.digest('hex') !== index.sha256) throw corrupt('its index has another hash')
  checkCover(chunks, index.offset)
  return chunks
}

const entryIn = (bytes: Buffer): ChunkLine => {
  const line = decodeLine(bytes)
  if (line.type !== 'chunk') throw corrupt('its index holds something else')
  if (line.length > MEMBER_LIMIT || line.textLength > MEMBER_TEXT_LIMIT) {
    throw archiveError('archive-too-large', 'a member is too long')
  }
  return line
}

const checkCover = (chunks: readonly ChunkLine[], end: number): void => {
  let offset = 0
  for (const chunk of chunks) {
    if (chunk.offset !== offset) throw corrupt('its index leaves out members')
    offset += chunk.length
  }
  if (offset !== end) throw corrupt('its index leaves out members')
}

export interface FeedRange {
  readonly feed: FeedId
  readonly first: number
  readonly last: number
}

/** All feeds of which messages stand in the archive. A feed need not be whole between its first and last message. */
export const feedsIn = (chunks: readonly ChunkLine[]): readonly FeedRange[] => {
  const ranges = new Map<FeedId, FeedRange>()
  for (const [feed, first, last] of chunks.flatMap(({ feeds }) => feeds)) {
    ranges.set(feed, { feed, first: ranges.get(feed)?.first ?? first, last })
  }
  return [...ranges.values()]
}
