import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { CodedError } from '../../src/util/index.js'
import type { WalRecord } from './wal-record.js'
import { decodeRecords, encodeRecord, salvageRecords } from './wal-record.js'

/**
 * A bounded write-ahead log in numbered segments. `append` resolves when its records are on disk. A segment goes
 * when the main log holds, on disk, everything that was published through it.
 *
 * Codes of errors:
 * - `wal-write-failed`: nothing of this append stays behind; the next one may succeed
 * - `wal-broken`: what a failed append left behind could not be removed, so nothing is written any more
 */
export interface SegmentFile {
  write(bytes: Buffer, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>
  datasync(): Promise<void>
  truncate(size: number): Promise<void>
  close(): Promise<void>
}

export type OpenSegment = (path: string) => Promise<SegmentFile>

export interface WriteAheadLogOptions {
  readonly segmentBytes?: number
  /** For tests of a failing disk. */
  readonly openSegment?: OpenSegment
}

export interface OpenedLog {
  readonly log: WriteAheadLog
  readonly records: readonly WalRecord[]
  /** Segments with something else than records between their records. */
  readonly damagedSegments: number
}

interface Segment {
  readonly number: number
  readonly path: string
  /** The main log must be on disk up to here before the segment may go. */
  covers: number
}

const DEFAULT_SEGMENT_BYTES = 1 << 20
/** Of a segment found at the start, until its records were replayed. */
const NOT_COVERED = Number.POSITIVE_INFINITY
const NOTHING_TO_COVER = -1
const SEGMENT_NAME = /^(\d{8})\.wal$/

export class WriteAheadLog {
  #broken = false
  /** Bytes that the current segment took over from the ones before. */
  #carried = 0

  private constructor(
    private readonly directory: string,
    private readonly options: Required<WriteAheadLogOptions>,
    private readonly segments: Segment[],
    private file: SegmentFile,
    private size: number,
  ) {}

  /**
   * Opens or creates the log in `directory`; gives every whole record, oldest first. A torn end is cut off. A segment
   * that was damaged in its middle is left as it is, with a new one after it, until the main log has what it held.
   */
  static async open(directory: string, options: WriteAheadLogOptions = {}): Promise<OpenedLog> {
    const openSegment = options.openSegment ?? openFile
    await mkdir(directory, { recursive: true })
    const numbers = (await readdir(directory))
      .flatMap((name) => SEGMENT_NAME.exec(name)?.[1] ?? [])
      .map(Number)
    const segments = numbers.sort((a, b) => a - b).map((number) => segmentOf(directory, number, NOT_COVERED))
    if (segments.length === 0) segments.push(segmentOf(directory, 1, NOTHING_TO_COVER))
    const records: WalRecord[] = []
    let size = 0
    let isDamaged = false
    let damagedSegments = 0
    for (const { path } of segments) {
      const bytes = await readFile(path).catch(() => Buffer.alloc(0))
      const whole = decodeRecords(bytes)
      const salvaged = salvageRecords(bytes, whole.size)
      for (const record of [...whole.records, ...salvaged]) records.push(record)
      size = whole.size
      isDamaged = salvaged.length > 0
      if (isDamaged) damagedSegments++
    }
    if (isDamaged) {
      segments.push(segmentOf(directory, currentOf(segments).number + 1, NOTHING_TO_COVER))
      size = 0
    }
    const file = await openSegment(currentOf(segments).path)
    // What a crash left behind the last whole record would hide everything written after it.
    await file.truncate(size)
    await syncDirectory(directory)
    const complete = { segmentBytes: options.segmentBytes ?? DEFAULT_SEGMENT_BYTES, openSegment }
    const log = new WriteAheadLog(directory, complete, segments, file, size)
    return { log, records, damagedSegments }
  }

  get isFull(): boolean {
    return this.size - this.#carried >= this.options.segmentBytes
  }

  get segmentCount(): number {
    return this.segments.length
  }

  /** One write and one sync for all records. One caller at a time. @throws CodedError */
  async append(records: readonly WalRecord[]): Promise<void> {
    if (this.#broken) throw new CodedError('wal-broken', 'the write-ahead log is not writable any more')
    const bytes = Buffer.concat(records.map(encodeRecord))
    try {
      await writeAll(this.file, bytes, this.size)
    } catch (cause) {
      await this.#takeBack()
      throw writeFailed(cause)
    }
    this.size += bytes.length
  }

  /** Starts a new segment with `carried` records, which then outlive the segments before. @throws CodedError */
  async rotate(carried: readonly WalRecord[]): Promise<void> {
    const next = segmentOf(this.directory, currentOf(this.segments).number + 1, NOTHING_TO_COVER)
    const bytes = Buffer.concat(carried.map(encodeRecord))
    try {
      const file = await this.options.openSegment(next.path)
      await writeAll(file, bytes, 0)
      await syncDirectory(this.directory)
      await this.file.close()
      this.file = file
    } catch (cause) {
      await rm(next.path, { force: true }).catch(() => undefined)
      throw writeFailed(cause)
    }
    this.segments.push(next)
    this.size = this.#carried = bytes.length
  }

  /** The records found at the start were replayed and stand in the main log at or before this offset. */
  coverRecovered(offset: number): void {
    for (const segment of this.segments) segment.covers = offset
  }

  /** What was appended so far stands in the main log at or before this offset. */
  cover(offset: number): void {
    const current = currentOf(this.segments)
    current.covers = Math.max(current.covers, offset)
  }

  /** Removes old segments once the main log is on disk up to `durableOffset`. */
  async release(durableOffset: number): Promise<void> {
    while (this.segments.length > 1) {
      const [oldest] = this.segments
      if (oldest === undefined || oldest.covers > durableOffset) return
      this.segments.shift()
      await rm(oldest.path, { force: true })
    }
  }

  async close(): Promise<void> {
    await this.file.close()
  }

  async #takeBack(): Promise<void> {
    try {
      await this.file.truncate(this.size)
    } catch {
      this.#broken = true
    }
  }
}

const currentOf = (segments: readonly Segment[]): Segment => {
  const current = segments.at(-1)
  if (current === undefined) throw new CodedError('wal-broken', 'the write-ahead log has no segment')
  return current
}

const segmentOf = (directory: string, number: number, covers: number): Segment => ({
  number,
  path: join(directory, `${String(number).padStart(8, '0')}.wal`),
  covers,
})

/** A full disk may take part of a write without an error. */
const writeAll = async (file: SegmentFile, bytes: Buffer, position: number): Promise<void> => {
  const { bytesWritten } = await file.write(bytes, 0, bytes.length, position)
  if (bytesWritten < bytes.length)
    throw new CodedError('short-write', `${bytesWritten} of ${bytes.length} bytes`)
  await file.datasync()
}

/** For reading and writing without truncating, created if missing; only its owner may look at it. */
const openFile: OpenSegment = (path) =>
  open(path, 'a+', 0o600).then(async (created) => {
    await created.close()
    return open(path, 'r+')
  })

/** A new file survives a crash only once its directory entry does. */
const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const writeFailed = (cause: unknown): CodedError => {
  const reason = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return new CodedError('wal-write-failed', 'the write-ahead log could not be written', { reason }, { cause })
}
