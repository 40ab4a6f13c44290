import { mkdir, open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import type { Sbot } from '../../plugins/types/index.js'

/**
 * What a crash or a full disk may do to the database, and what helps: the log is the truth, indexes are rebuilt
 * from it. A log whose last block is cut short is read wrongly by the stack, so it is filled up first; an index
 * that is ahead of the log makes the stack wait for ever.
 */
const BLOCK_SIZE = 64 * 1024

const logPath = (path: string): string => join(path, 'db2', 'log.bipf')

/** Fills the last block of the log with zeros. @returns whether it was cut short. */
export const padLog = async (path: string): Promise<boolean> => {
  await mkdir(join(path, 'db2'), { recursive: true })
  const size = await stat(logPath(path)).then(
    (found) => found.size,
    () => 0,
  )
  if (size % BLOCK_SIZE === 0) return false
  const file = await open(logPath(path), 'r+')
  try {
    await file.truncate(Math.ceil(size / BLOCK_SIZE) * BLOCK_SIZE)
    await file.sync()
  } finally {
    await file.close()
  }
  return true
}

/** Indexes are rebuilt from the log at the next start. */
export const removeIndexes = async (path: string): Promise<void> => {
  for (const folder of ['indexes', 'jit'])
    await rm(join(path, 'db2', folder), { recursive: true, force: true })
}

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
