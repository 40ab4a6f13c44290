import { cp, readFile, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { beforeAll, describe, expect, it } from 'vitest'

import { LongDirectory, LongChain, longDirectory } from '../../support/audit/index.js'
import { commandLine } from '../../support/command-line.js'
import { Random } from '../../support/simulation/random.js'
import { sharedDirectory, temporaryDirectory } from '../../support/temporary.js'

/** Sources that somebody spoiled: an audit ends with a code, and never says that they are clean. */

const BLOCKS = 3
/** `AUDIT_FLIPS=5000 npx vitest run test/unit/cli/audit-hostile.test.ts` turns more. */
const FLIPS = Number(process.env['AUDIT_FLIPS'] ?? 60)
const SEED = Number(process.env['AUDIT_SEED'] ?? 1)

let directory: LongDirectory
let archive: Buffer

const audited = async (...sources: string[]) => {
  const { code, out, err } = await commandLine(['audit', ...sources, '--jobs', '1', '--json'])
  const report = JSON.parse(out) as { unreadable?: { code: string }; clean?: boolean; findings?: unknown[] }
  expect(err).not.toMatch(/\n\s+at /)
  return { exit: code, code: report.unreadable?.code, report }
}

/** A copy of the directory with another log. */
const copyWith = async (log: Buffer): Promise<string> => {
  const copy = await temporaryDirectory()
  await cp(directory.root, copy, { recursive: true })
  const path = directory.log.replace(directory.root, copy)
  await writeFile(path, log)
  return still(path, copy)
}

/** Nobody is writing there, so that nobody waits for it. */
const still = async (path: string, root: string): Promise<string> => {
  await utimes(path, 1, 1)
  return root
}

const exported = async (...roots: readonly string[]): Promise<Buffer> => {
  const out = join(await temporaryDirectory(), 'all.bfa')
  const directories = roots.flatMap((root) => ['--dir', root])
  const { code, err } = await commandLine(['export', ...directories, '--out', out])
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
  return readFile(out)
}

const fileWith = async (bytes: Buffer): Promise<string> => {
  const path = join(await temporaryDirectory(), 'spoiled.bfa')
  await writeFile(path, bytes)
  return path
}

const turned = (bytes: Buffer, offset: number, bit: number): Buffer => {
  const changed = Buffer.from(bytes)
  changed[offset] = (changed[offset] ?? 0) ^ (1 << bit)
  return changed
}

beforeAll(async () => {
  directory = await longDirectory(await sharedDirectory(), BLOCKS)
})

it('are clean before anything is done to them', async () => {
  archive = await exported(directory.root)
  expect(await audited(directory.root)).toMatchObject({ exit: 0, report: { clean: true, findings: [] } })
  expect(await audited(await fileWith(archive))).toMatchObject({ exit: 0, report: { clean: true } })
})

describe('a turned bit', () => {
  it(`in a log is found, in ${FLIPS} places`, async () => {
    const log = await readFile(directory.log)
    const random = new Random(`flips ${SEED}`)
    for (let flip = 0; flip < FLIPS; flip++) {
      // Half of them among the records, the others anywhere.
      const limit = flip % 2 === 0 ? directory.logBytes : log.length
      const offset = Math.floor(random.fraction() * limit)
      const bit = Math.floor(random.fraction() * 8)
      const { exit, code } = await audited(await copyWith(turned(log, offset, bit)))
      const isTime = exit === 0 && isReceivedTime(log, offset)
      expect({ offset, bit, exit: isTime ? 2 : exit }).toEqual({ offset, bit, exit: 2 })
      if (!isTime) expect(code).toMatch(/^source-(?:damaged|incomplete|missing)$/)
    }
  })

  it(`in an archive is found, in ${FLIPS} places`, async () => {
    const random = new Random(`flips ${SEED}`)
    for (let flip = 0; flip < FLIPS; flip++) {
      const offset = Math.floor(random.fraction() * archive.length)
      const bit = Math.floor(random.fraction() * 8)
      const { exit, code } = await audited(await fileWith(turned(archive, offset, bit)))
      expect({ offset, bit, exit, code }).toEqual({
        offset,
        bit,
        exit: 2,
        code: expect.stringMatching(/^archive-/) as string,
      })
    }
  })
})

describe('an end that came early', () => {
  it('of an archive is found wherever it is', async () => {
    const step = Math.max(1, Math.floor(archive.length / FLIPS))
    for (let length = 0; length < archive.length; length += step) {
      const { exit, code } = await audited(await fileWith(archive.subarray(0, length)))
      expect({ length, exit, code }).toEqual({
        length,
        exit: 2,
        code: expect.stringMatching(/^archive-/) as string,
      })
    }
  })

  it('of a log is found, unless it is that of a node that has received less', async () => {
    const log = await readFile(directory.log)
    for (const length of [0, 1, 100, 4096, log.length - 1]) {
      expect(await audited(await copyWith(log.subarray(0, length)))).toMatchObject({ exit: 2 })
    }
  })
})

describe('messages in another order', () => {
  it('are those of a source that lacks what comes before', async () => {
    const spoiled = await LongDirectory.create(await temporaryDirectory())
    const chain = new LongChain()
    const messages = [...chain.next(), ...chain.next(), ...chain.next()]
    for (const { value } of messages.reverse()) await spoiled.forge(value)
    await spoiled.finish()
    expect(await audited(spoiled.root)).toMatchObject({ exit: 2, code: 'source-incomplete' })
  })

  it('are no fault where every feed is in its own', async () => {
    const chain = new LongChain()
    const messages = [...chain.next(), ...chain.next()]
    const byFeed = messages.sort((a, b) =>
      a.value.author < b.value.author
        ? -1
        : a.value.author > b.value.author
          ? 1
          : a.value.sequence - b.value.sequence,
    )
    const sorted = await LongDirectory.create(await temporaryDirectory())
    for (const { value } of byFeed) await sorted.forge(value)
    await sorted.finish()
    expect(await audited(sorted.root)).toMatchObject({ exit: 0, report: { clean: true } })
  })
})

describe('sources of two networks', () => {
  it('are refused, in whatever order and form they are named', async () => {
    const other = await longDirectory(await temporaryDirectory(), 1, new LongChain(10n ** 12n))
    const otherArchive = await fileWith(await exported(other.root))
    const own = await fileWith(archive)
    for (const [first, second] of [
      [directory.root, other.root],
      [other.root, directory.root],
      [own, other.root],
      [own, otherArchive],
      [directory.root, otherArchive],
    ] as const) {
      const { exit, code } = await audited(first, second)
      expect({ exit, code }).toEqual({
        exit: 2,
        code: expect.stringMatching(/^(?:source|archive)-foreign$/) as string,
      })
    }
  })

  it('is refused under the network file of another one', async () => {
    const other = await longDirectory(await temporaryDirectory(), 1, new LongChain(10n ** 12n))
    const { code, out } = await commandLine([
      ...['audit', directory.root, '--network', join(other.root, 'network.json'), '--jobs', '1', '--json'],
    ])
    expect({ code, out: JSON.parse(out) as unknown }).toMatchObject({
      code: 2,
      out: { unreadable: { code: 'source-foreign' } },
    })
  })
})

describe('files that are none', () => {
  it.each<[string, (path: string) => Promise<void>]>([
    ['nothing', (path) => writeFile(path, '')],
    ['zeros', (path) => writeFile(path, Buffer.alloc(100_000))],
    [
      'a log of a terabyte that holds nothing',
      async (path) => {
        await writeFile(path, '')
        await truncate(path, 2 ** 40)
      },
    ],
    [
      'a record that claims to be longer than its block',
      (path) => writeFile(path, Buffer.alloc(65_536, 0xff)),
    ],
    ['JSON', (path) => writeFile(path, '['.repeat(1_000_000))],
  ])('%s', async (_name, make) => {
    const copy = await temporaryDirectory()
    await cp(directory.root, copy, { recursive: true })
    const path = directory.log.replace(directory.root, copy)
    await make(path)
    await still(path, copy)
    expect(await audited(copy)).toMatchObject({ exit: 2, code: expect.stringMatching(/^source-/) as string })
    expect(await audited(path, '--network', join(copy, 'network.json'))).toMatchObject({
      exit: 2,
      code: expect.stringMatching(/^archive-/) as string,
    })
  })
})

/** Whether this byte is of the time at which a message was received: the last of each record, a number of nine bytes. */
const isReceivedTime = (log: Buffer, offset: number): boolean => {
  for (let start = 0; start + 2 <= log.length;) {
    const length = log.readUInt16LE(start)
    if (length === 0) {
      start = (Math.floor(start / 65_536) + 1) * 65_536
      continue
    }
    const end = start + 2 + length
    if (offset < end) return offset >= end - 8
    start = end
  }
  return false
}
