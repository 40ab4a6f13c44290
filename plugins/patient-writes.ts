import { fsync } from 'node:fs'

import { expectShape, load, patchOnce, replaceModule } from './patch.js'
import type { DatabaseIndex, SsbPlugin } from './types/index.js'

/**
 * A disk that is full, or fails for a while, must not end the node: as shipped the log throws the error of a failed
 * write where nobody can catch it, and an index forgets what it could not write. Here both try again until the disk
 * takes it. Nothing is durable meanwhile (`since` stands still), and whoever asks for durability waits. What this node
 * publishes is safe in the write-ahead log all along.
 *
 * The log's file is replaced in the module cache, the sync included: after a failed sync the system may count pages as
 * clean that never reached the disk, so the write is made again as well.
 */
const RETRY_MS = 250

/** The random access file that async-append-only-log asks of `polyraf`, as far as it uses it. */
interface RandomAccessFile {
  fd: number
  readonly filename: string
  stat(done: Done): void
  read(offset: number, size: number, done: Done): void
  write(offset: number, bytes: Buffer, done: Done): void
  del(offset: number, size: number, done: Done): void
  close(done: Done): void
}
type Done = (error: Error | null | undefined, value: unknown) => void
type OpenFile = (filename: string) => RandomAccessFile

export type WriteListener = (error: Error | null) => void

/** By file: who wants to know of every write, null if it reached the disk. */
const listeners = new Map<string, Set<WriteListener>>()

export const installPatientWrites = (): void =>
  patchOnce('patient-writes', () => {
    const original = load('polyraf', 'async-append-only-log')
    expectShape('polyraf', typeof original === 'function')
    const open = original as OpenFile
    const patient: OpenFile = (filename) =>
      filename.endsWith('log.bipf') ? patientFile(open(filename)) : open(filename)
    replaceModule('polyraf', patient, 'async-append-only-log')
  })

/** Its `fd` reads 0, so that the log leaves the sync to it. */
export const patientFile = (file: RandomAccessFile, sync: Sync = fsync): RandomAccessFile => {
  const tell: WriteListener = (error) => {
    for (const listener of listeners.get(file.filename) ?? []) listener(error)
  }
  const synced = (write: (done: Done) => void, done: Done): void =>
    persistently(
      (then) =>
        write((error) =>
          error ? then(error, undefined) : sync(file.fd, (failed) => then(failed, undefined)),
        ),
      tell,
      done,
    )
  return {
    fd: 0,
    filename: file.filename,
    stat: (done) => file.stat(done),
    read: (offset, size, done) => file.read(offset, size, done),
    write: (offset, bytes, done) => synced((then) => file.write(offset, bytes, then), done),
    del: (offset, size, done) => synced((then) => file.del(offset, size, then), done),
    close: (done) => file.close(done),
  }
}

type Sync = (fd: number, done: (error: Error | null) => void) => void

/** Until it succeeds, so that `done` never hears of an error. */
const persistently = (write: (done: Done) => void, tell: WriteListener, done: Done): void =>
  write((error) => {
    tell(error ?? null)
    if (error) setTimeout(() => persistently(write, tell, done), RETRY_MS)
    else done(null, undefined)
  })

export interface PatientWrites {
  /** Every write of log and indexes: null if it reached the disk, else what kept it from it. */
  onWrite(listener: WriteListener): void
  /** An index could not be written: what is on disk of it may have a hole. */
  onIndexTrouble(listener: () => void): void
  /** The last write did not reach the disk, and is tried again. */
  isFailing(): boolean
}

export const patientWrites: SsbPlugin = {
  name: 'patientWrites',
  version: '1.0.0',
  manifest: {},
  init(sbot): PatientWrites {
    const heard = new Set<WriteListener>()
    const troubled = new Set<() => void>()
    const { filename } = sbot.db.getLog()
    listeners.set(filename, heard)
    let isFailing = false
    heard.add((error) => (isFailing = error !== null))
    const tell: WriteListener = (error) => {
      for (const listener of heard) listener(error)
      if (error) for (const listener of troubled) listener()
    }
    // Indexes are registered by plugins that are loaded later, and write only once they have read something.
    setImmediate(() => {
      for (const index of Object.values(sbot.db.getIndexes())) patientIndex(index, tell)
    })
    return {
      onWrite: (listener) => void heard.add(listener),
      onIndexTrouble: (listener) => void troubled.add(listener),
      isFailing: () => isFailing,
    }
  },
}

/** As shipped, an index goes on with the next batch after one that failed, and never has what was in that. */
const patientIndex = ({ level }: DatabaseIndex, tell: WriteListener): void => {
  expectShape('ssb-db2/indexes/plugin', typeof level.batch === 'function')
  const batch = level.batch.bind(level)
  level.batch = (operations, options, done) => {
    const write = (then: Done): void =>
      level.isClosed() ? then(null, undefined) : void batch(operations, options, then)
    persistently(write, tell, done)
  }
}
