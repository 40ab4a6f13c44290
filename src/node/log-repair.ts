import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { CodedError } from '../util/index.js'
import { LogWriter } from './log-file.js'
import { type FeedPlace, type LogScan, scanLog } from './log-scan.js'
import { readBeginnings } from './pruning/index.js'

/**
 * Checks the log before anything reads it, and rewrites it if it is damaged: of each feed stays what reaches from its
 * first message, or from where it was pruned, to the first that is lost. The rest comes back from the write-ahead log and from peers. The damaged
 * file is kept beside it, one at most, for whoever wants to know what happened to the disk.
 */
export interface CheckedLog extends LogScan {
  /** Where the damaged log lies now; null if the log was sound. */
  readonly aside: string | null
}

const folderOf = (path: string): string => join(path, 'db2')
const logOf = (path: string): string => join(folderOf(path), 'log.bipf')

/**
 * @param path the data directory of the SSB stack.
 * @throws CodedError `log-unreadable` if the disk gives it only errors, `log-repair-failed` if there is no room,
 *   `beginnings-damaged`
 */
export const repairLog = async (path: string): Promise<CheckedLog> => {
  await mkdir(folderOf(path), { recursive: true })
  const { accepted } = await readBeginnings(path)
  const scan = await scanned(logOf(path), accepted)
  if (scan.damage === null) return { ...scan, aside: null }
  const aside = `${logOf(path)}.damaged`
  await rewrite(logOf(path), aside, accepted).catch((cause: unknown) => {
    throw new CodedError(
      'log-repair-failed',
      'the log is damaged, and could not be rewritten',
      { path },
      { cause },
    )
  })
  return { ...scan, aside }
}

const scanned = async (log: string, beginnings: readonly FeedPlace[]): Promise<LogScan> => {
  try {
    return await scanLog(log, undefined, beginnings)
  } catch (cause) {
    throw new CodedError('log-unreadable', 'the SSB log could not be read', { path: log }, { cause })
  }
}

/** Killed in the middle, it leaves the damaged log where it was, and is done again. */
const rewrite = async (log: string, aside: string, beginnings: readonly FeedPlace[]): Promise<void> => {
  const fresh = `${log}.repaired`
  const writer = await LogWriter.create(fresh)
  try {
    await scanLog(log, (record) => writer.add(record), beginnings)
  } catch (error) {
    await writer.close()
    await rm(fresh, { force: true })
    throw error
  }
  await writer.finish()
  await rm(aside, { force: true })
  await link(log, aside)
  await rename(fresh, log)
  await syncFolder(join(log, '..'))
}

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}
