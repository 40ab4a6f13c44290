import { describe, expect, it, vi } from 'vitest'

import { patientFile } from '../../../plugins/patient-writes.js'

/** The log's file on a disk that fails for a while: nothing is told to be written before it is. */
type File = Parameters<typeof patientFile>[0]

const setting = (failures: { write?: number; sync?: number }) => {
  const written: number[] = []
  const calls = { write: 0, sync: 0 }
  const file: File = {
    fd: 7,
    filename: '/nowhere/log.bipf',
    stat: (done) => done(null, undefined),
    read: (_offset, _size, done) => done(null, undefined),
    write: (offset, _bytes, done) => {
      if (calls.write++ < (failures.write ?? 0)) return done(new Error('ENOSPC'), undefined)
      written.push(offset)
      return done(null, undefined)
    },
    del: (_offset, _size, done) => done(null, undefined),
    close: (done) => done(null, undefined),
  }
  const patient = patientFile(file, (fd, done) => {
    expect(fd).toBe(7)
    done(calls.sync++ < (failures.sync ?? 0) ? new Error('EIO') : null)
  })
  return { patient, calls, written }
}

const write = ({ patient }: ReturnType<typeof setting>, outcomes: unknown[]): void =>
  patient.write(65_536, Buffer.alloc(1), (error) => outcomes.push(error ?? 'written'))

describe('a patient log file', () => {
  it('hides its descriptor, so that nobody else syncs and throws', () => {
    expect(setting({}).patient.fd).toBe(0)
  })

  it.each([
    ['the disk is full', { write: 3 }, { write: 4, sync: 1 }],
    ['the sync fails, after which the write must be made again', { sync: 3 }, { write: 4, sync: 4 }],
  ])('tries again while %s', async (_name, failures, calls) => {
    vi.useFakeTimers()
    const node = setting(failures)
    const outcomes: unknown[] = []
    write(node, outcomes)
    await vi.advanceTimersByTimeAsync(500)
    expect(outcomes).toEqual([])
    await vi.advanceTimersByTimeAsync(500)
    expect(outcomes).toEqual(['written'])
    expect(node.calls).toEqual(calls)
    expect(new Set(node.written)).toEqual(new Set([65_536]))
    vi.useRealTimers()
  })
})
