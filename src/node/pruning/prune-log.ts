import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { FeedId } from '../../feeds/index.js'
import { CodedError } from '../../util/index.js'
import { distrustIndexes } from '../database-repair.js'
import { LogWriter } from '../log-file.js'
import { type FeedPlace, type LogScan, type Place, scanLog } from '../log-scan.js'
import { readBeginnings, writeBeginnings } from './beginnings.js'
import type { PruneOrder } from './plan.js'

export interface PrunedLog {
  /** Messages that went, and that stay. */
  readonly went: number
  readonly kept: number
  /** Lanes that end before the chain goes on, and went altogether: only a peer that keeps all can give them again. */
  readonly refetched: readonly FeedId[]
  readonly tails: ReadonlyMap<FeedId, Place>
  readonly pruned: ReadonlyMap<FeedId, Place>
}

/**
 * Rewrites the log without what is to go, before anything opens it. The new log and the beginnings that both logs may
 * have are on disk before the one takes the place of the other by renaming; the indexes of the old one are distrusted
 * by then, and made anew. So a kill at any moment leaves the old log or the new one, and a start accepts either.
 *
 * @param path the data directory of the SSB stack.
 * @param scan of the log as it is: sound.
 * @returns null if nothing was to go.
 * @throws CodedError `log-prune-failed`; either log may be there then
 */
export const pruneLog = async (
  path: string,
  scan: Pick<LogScan, 'tails' | 'pruned'>,
  order: PruneOrder,
): Promise<PrunedLog | null> => {
  await rm(freshFile(path), { force: true })
  const limits = limitsOf(scan, order)
  if (limits.size === 0) return null
  try {
    return await rewrite(path, scan, order, limits)
  } catch (cause) {
    await rm(freshFile(path), { force: true }).catch(() => undefined)
    throw new CodedError('log-prune-failed', 'the log could not be pruned', { path }, { cause })
  }
}

const logFile = (path: string): string => join(path, 'db2', 'log.bipf')
const freshFile = (path: string): string => `${logFile(path)}.pruned`

/** For each feed that loses some the last sequence that goes; infinite if all of it does. */
const limitsOf = (
  { tails, pruned }: Pick<LogScan, 'tails' | 'pruned'>,
  order: PruneOrder,
): ReadonlyMap<FeedId, number> => {
  const limits = new Map<FeedId, number>()
  for (const [feed, { upTo, executed }] of order.lanes) {
    const begins = pruned.get(feed)?.sequence ?? 0
    const last = Math.min(upTo, (tails.get(feed)?.sequence ?? 0) - 1)
    if (begins > executed) limits.set(feed, Infinity)
    else if (last > begins) limits.set(feed, last)
  }
  return limits
}

const rewrite = async (
  path: string,
  scan: Pick<LogScan, 'tails' | 'pruned'>,
  order: PruneOrder,
  limits: ReadonlyMap<FeedId, number>,
): Promise<PrunedLog> => {
  const before = await readBeginnings(path)
  const { went, kept, last } = await writeFresh(path, before.accepted, limits)
  const pruned = new Map(scan.pruned)
  const tails = new Map(scan.tails)
  const refetched = [...limits].flatMap(([feed, limit]) => (limit === Infinity ? [feed] : []))
  for (const [feed, place] of last) pruned.set(feed, place)
  for (const feed of refetched) for (const places of [pruned, tails]) places.delete(feed)

  const accepted = placesIn(pruned)
  await writeBeginnings(path, { ...before, accepted: [...placesIn(scan.pruned), ...accepted] })
  await distrustIndexes(path)
  await syncFolder(path)
  await rename(freshFile(path), logFile(path))
  await syncFolder(path)
  await writeBeginnings(path, { height: refetched.length > 0 ? 0 : order.height, accepted })
  return { went, kept, refetched, tails, pruned }
}

/** The log without what goes, on disk beside it. */
const writeFresh = async (
  path: string,
  accepted: readonly FeedPlace[],
  limits: ReadonlyMap<FeedId, number>,
): Promise<{ went: number; kept: number; last: ReadonlyMap<FeedId, Place> }> => {
  const found = { went: 0, kept: 0 }
  const last = new Map<FeedId, Place>()
  const writer = await LogWriter.create(freshFile(path))
  const keep = async (record: Buffer, { feed, sequence, key }: FeedPlace): Promise<void> => {
    const limit = limits.get(feed) ?? 0
    if (sequence === limit) last.set(feed, { sequence, key })
    if (sequence <= limit) found.went++
    else {
      found.kept++
      await writer.add(record)
    }
  }
  try {
    await scanLog(logFile(path), keep, accepted)
  } catch (error) {
    await writer.close()
    throw error
  }
  await writer.finish()
  return { ...found, last }
}

const placesIn = (places: ReadonlyMap<FeedId, Place>): readonly FeedPlace[] =>
  [...places].map(([feed, place]) => ({ feed, ...place }))

const syncFolder = async (path: string): Promise<void> => {
  const handle = await open(join(path, 'db2'), 'r')
  await handle.sync().finally(() => handle.close())
}
