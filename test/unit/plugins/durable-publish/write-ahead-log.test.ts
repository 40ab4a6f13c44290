import { appendFile, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual as isEqual } from 'node:util'

import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { WalRecord } from '../../../../plugins/durable-publish/wal-record.js'
import { decodeRecords, encodeRecord } from '../../../../plugins/durable-publish/wal-record.js'
import type { OpenSegment } from '../../../../plugins/durable-publish/write-ahead-log.js'
import { WriteAheadLog } from '../../../../plugins/durable-publish/write-ahead-log.js'
import { generateNodeIdentity } from '../../../../src/roles/index.js'
import { signedChain } from '../../../support/signed-feed.js'

const records = signedChain(generateNodeIdentity(new Uint8Array(32).fill(1)), 20).map(
  ({ value }, index): WalRecord => ({ kind: index % 2 === 0 ? 'own' : 'foreign', message: value }),
)
const [first, second, third] = records as [WalRecord, WalRecord, WalRecord]

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'blockfin-wal-'))
})
afterEach(() => rm(directory, { recursive: true }))

const reopen = async (): Promise<readonly WalRecord[]> => {
  const { log, records: found } = await WriteAheadLog.open(directory)
  await log.close()
  return found
}

describe('records', () => {
  const whole = Buffer.concat(records.map(encodeRecord))

  it('are given back whole', () => {
    expect(decodeRecords(whole)).toEqual({ records, size: whole.length })
  })

  it('end where the file was torn, wherever that is', () => {
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), (size) => {
        const decoded = decodeRecords(whole.subarray(0, size))
        expect(decoded.size).toBeLessThanOrEqual(size)
        expect(decoded.records).toEqual(records.slice(0, decoded.records.length))
        expect(Buffer.concat(decoded.records.map(encodeRecord))).toHaveLength(decoded.size)
      }),
    )
  })

  it('end before a byte that changed', () => {
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), (position, flip) => {
        const damaged = Buffer.from(whole)
        damaged[position] = (damaged[position] ?? 0) ^ flip
        const decoded = decodeRecords(damaged)
        expect(decoded.records).toEqual(records.slice(0, decoded.records.length))
        expect(decoded.size).toBeLessThanOrEqual(position)
      }),
    )
  })
})

describe('a write-ahead log damaged in its middle', () => {
  const damaged = async (): Promise<void> => {
    const { log } = await WriteAheadLog.open(directory)
    await log.append(records.slice(0, 10))
    await log.close()
    const path = join(directory, '00000001.wal')
    const bytes = await readFile(path)
    await writeFile(path, bytes.fill(bytes.readUInt8(3_000) ^ 8, 3_000, 3_001))
  }

  it('gives what stands before and behind it, and goes on in a new segment', async () => {
    await damaged()
    const { log, records: found, damagedSegments } = await WriteAheadLog.open(directory)
    const lost = records.slice(0, 10).filter((record) => !found.some((one) => isEqual(one, record)))
    expect([found.length, lost.length, damagedSegments]).toEqual([9, 1, 1])
    expect(await readdir(directory)).toEqual(['00000001.wal', '00000002.wal'])
    await log.append([records[15] ?? first])
    await log.close()
    expect(await reopen()).toEqual([...found, records[15]])
  })

  it('loses the damaged segment once the main log has what it held', async () => {
    await damaged()
    const { log } = await WriteAheadLog.open(directory)
    log.coverRecovered(500)
    await log.release(499)
    expect(await readdir(directory)).toHaveLength(2)
    await log.release(500)
    expect(await readdir(directory)).toEqual(['00000002.wal'])
    await log.close()
  })

  it('takes a torn end for nothing worse than a crash', async () => {
    await damaged()
    const path = join(directory, '00000001.wal')
    await writeFile(path, (await readFile(path)).subarray(0, 2_900))
    const { log, damagedSegments } = await WriteAheadLog.open(directory)
    expect([damagedSegments, await readdir(directory)]).toEqual([0, ['00000001.wal']])
    await log.close()
  })
})

describe('a main log that is not synced', () => {
  it('keeps every segment, and lets them go when it is', async () => {
    const { log } = await WriteAheadLog.open(directory, { segmentBytes: 2_000 })
    for (const [offset, record] of records.entries()) {
      await log.append([record])
      log.cover(offset)
      if (log.isFull) await log.rotate([])
      await log.release(-1)
    }
    const segments = log.segmentCount
    expect(segments).toBeGreaterThan(3)
    await log.release(9)
    expect(log.segmentCount).toBeLessThan(segments)
    await log.release(records.length)
    expect(log.segmentCount).toBe(1)
    expect(await readdir(directory)).toHaveLength(1)
    await log.close()
  })
})

describe('the write-ahead log', () => {
  it('gives back what was appended', async () => {
    const { log, records: none } = await WriteAheadLog.open(directory)
    expect(none).toEqual([])
    await log.append([first])
    await log.append([second, third])
    await log.close()
    expect(await reopen()).toEqual([first, second, third])
  })

  it('goes on behind the last whole record after a torn write', async () => {
    const { log } = await WriteAheadLog.open(directory)
    await log.append([first])
    await log.close()
    const [name = ''] = await readdir(directory)
    await appendFile(join(directory, name), encodeRecord(second).subarray(0, 40))
    const again = await WriteAheadLog.open(directory)
    expect(again.records).toEqual([first])
    await again.log.append([third])
    await again.log.close()
    expect(await reopen()).toEqual([first, third])
  })

  it('stays bounded: old segments go once the main log is on disk past them, and not before', async () => {
    const { log } = await WriteAheadLog.open(directory, { segmentBytes: 1 })
    await log.append([first])
    log.cover(100)
    expect(log.isFull).toBe(true)
    await log.rotate([])
    expect(log.isFull).toBe(false)
    await log.append([second])
    log.cover(200)
    await log.rotate([third])
    await log.release(99)
    expect(log.segmentCount).toBe(3)
    await log.release(199)
    expect(log.segmentCount).toBe(2)
    await log.release(200)
    expect(log.segmentCount).toBe(1)
    await log.close()
    expect(await reopen()).toEqual([third])
  })

  it('does not count what it carries over as filling a segment', async () => {
    const { log } = await WriteAheadLog.open(directory, { segmentBytes: 1000 })
    await log.rotate(records)
    expect(log.isFull).toBe(false)
    await log.close()
  })

  it('keeps segments of an earlier run until their records stand in the main log', async () => {
    await writeFile(join(directory, '00000007.wal'), encodeRecord(first))
    const { log } = await WriteAheadLog.open(directory)
    await log.rotate([])
    await log.release(1_000)
    expect(log.segmentCount).toBe(2)
    log.coverRecovered(500)
    await log.release(1_000)
    expect(log.segmentCount).toBe(1)
    await log.close()
  })

  it('leaves nothing of a write that failed', async () => {
    const disk = { full: false }
    const { log } = await WriteAheadLog.open(directory, { openSegment: failingDisk(disk) })
    await log.append([first])
    disk.full = true
    await expect(log.append([second])).rejects.toMatchObject({
      code: 'wal-write-failed',
      data: { reason: 'ENOSPC' },
    })
    disk.full = false
    await log.append([third])
    await log.close()
    expect(await reopen()).toEqual([first, third])
  })

  it('writes no more when it cannot take back what failed', async () => {
    const disk = { full: false, stuck: false }
    const { log } = await WriteAheadLog.open(directory, { openSegment: failingDisk(disk) })
    Object.assign(disk, { full: true, stuck: true })
    await expect(log.append([second])).rejects.toMatchObject({ code: 'wal-write-failed' })
    Object.assign(disk, { full: false, stuck: false })
    await expect(log.append([third])).rejects.toMatchObject({ code: 'wal-broken' })
    await log.close()
  })

  it('can be read by its owner only', async () => {
    const { log } = await WriteAheadLog.open(directory)
    const [name = ''] = await readdir(directory)
    expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600)
    expect(await readFile(join(directory, name))).toHaveLength(0)
    await log.close()
  })
})

/** A disk that takes half of a write before it is full, and may refuse to give it back. */
const failingDisk =
  (disk: { full: boolean; stuck?: boolean }): OpenSegment =>
  async (path) => {
    const file = await open(path, 'a+').then(async (created) => (await created.close(), open(path, 'r+')))
    return {
      async write(bytes, offset, length, position) {
        if (!disk.full) return file.write(bytes, offset, length, position)
        await file.write(bytes, offset, Math.floor(length / 2), position)
        throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
      },
      datasync: () => file.datasync(),
      truncate: async (size) =>
        disk.stuck === true ? Promise.reject(new Error('stuck')) : file.truncate(size),
      close: () => file.close(),
    }
  }
