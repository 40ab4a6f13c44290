import { access, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { ClassicLevel } from 'classic-level'

import type { KeyIndex } from '../../plugins/key-index.js'
import type { ClassicMessage, Sbot } from '../../plugins/types/index.js'
import { type FeedId, messageKeyOfValue } from '../feeds/index.js'
import type { Place } from './log-scan.js'

/**
 * The log is the truth (log-repair.ts sees to it), and indexes are rebuilt from it. An index that is ahead of the log
 * makes the stack wait for ever.
 */

/** Indexes are rebuilt from the log at the next start of the stack. */
export const removeIndexes = async (path: string): Promise<void> => {
  // A stack of this process that has just closed may still put a file there.
  const options = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }
  for (const folder of ['indexes', 'jit']) await rm(join(path, 'db2', folder), options)
}

/** Stands beside the indexes while nothing speaks against them: taking it away needs no room on the disk. */
const trustFile = (path: string): string => join(path, 'db2', 'indexes-trusted')

export const areIndexesTrusted = (path: string): Promise<boolean> =>
  access(trustFile(path)).then(
    () => true,
    () => false,
  )

/**
 * Does the stack open every index? It opens them itself, but an error there is thrown where nobody can catch it.
 */
export const doIndexesOpen = async (path: string): Promise<boolean> => {
  const folder = join(path, 'db2', 'indexes')
  const { size } = await stat(join(path, 'db2', 'log.bipf')).catch(() => ({ size: 0 }))
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const opened = await Promise.all(
    entries.map(async (entry) => {
      const file = join(folder, entry.name)
      if (entry.isDirectory()) return doesOpen(file)
      return !entry.name.endsWith('.index') || (await isOffsetFile(file, size))
    }),
  )
  return opened.every((isOpen) => isOpen)
}

/** What is known of private messages lies in files, which begin with the offset in the log that they reach. */
const isOffsetFile = async (file: string, logSize: number): Promise<boolean> => {
  const bytes = await readFile(file)
  if (bytes.length < OFFSET_BYTES) return false
  const offset = bytes.readInt32LE(0)
  return offset >= NOTHING_YET && offset < logSize
}

const OFFSET_BYTES = 4
const NOTHING_YET = -1

const doesOpen = async (folder: string): Promise<boolean> => {
  const level = new ClassicLevel(folder)
  // Held by a stack of this process that is still closing, it is in use and therefore sound.
  const isOpen = await level.open().then(
    () => true,
    (error: { readonly cause?: { readonly code?: unknown } }) => error.cause?.code === 'LEVEL_LOCKED',
  )
  await level.close()
  return isOpen
}

export const trustIndexes = async (path: string): Promise<void> => {
  await mkdir(join(path, 'db2'), { recursive: true })
  await writeFile(trustFile(path), '')
}

/** They are rebuilt at the next start. */
export const distrustIndexes = (path: string): Promise<void> => rm(trustFile(path), { force: true })

type Indexed = Sbot & { readonly keyIndex: KeyIndex }

/** Do the indexes find the end of every feed where the log has it? Those of another log, or of an old one, do not. */
export const doIndexesAgree = async (sbot: Indexed, tails: ReadonlyMap<FeedId, Place>): Promise<boolean> => {
  for (const [feed, place] of tails) {
    const newest = sbot.db.getState().get(feed)
    const found = [newest, await byPlace(sbot, feed, place), await byKey(sbot, place)]
    if (found.some((message) => !message || messageKeyOfValue(message) !== place.key)) return false
  }
  return true
}

const byPlace = (sbot: Sbot, feed: FeedId, { sequence }: Place): Promise<ClassicMessage | undefined> =>
  new Promise((resolve) => {
    const index = sbot.db.getIndex('ebt')
    index.getNativeMsgFromAuthorSequence([feed, sequence], 'classic', (error, message) =>
      resolve(error ? undefined : message),
    )
  })

const byKey = ({ keyIndex }: Indexed, { key }: Place): Promise<ClassicMessage | undefined> =>
  new Promise((resolve) => {
    keyIndex.read(key, (error, message) => resolve(error ? undefined : message))
  })

export type Readiness = 'ready' | 'stuck'

const POLL_MS = 20

/**
 * Waits until the newest message of every feed is known and every index has caught up. `stuck` if an index is
 * ahead of the log, or nothing has moved for `patienceMs`.
 */
export const awaitReadiness = async (sbot: Sbot, patienceMs: number): Promise<Readiness> => {
  let statesReady = false
  sbot.db.stateFeedsReady((ready) => {
    statesReady = ready
  })
  let progress = ''
  let movedAt = performance.now()
  for (;;) {
    const since = sbot.db.getLog().since.value
    const offsets = Object.values(sbot.db.getIndexes()).map(({ offset }) => offset.value)
    if (since !== null) {
      if (offsets.some((offset) => (offset ?? -1) > since)) return 'stuck'
      if (statesReady && offsets.every((offset) => offset === since)) return 'ready'
    }
    const current = `${statesReady} ${since} ${offsets.join()}`
    if (current !== progress) movedAt = performance.now()
    progress = current
    if (performance.now() - movedAt > patienceMs) return 'stuck'
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
