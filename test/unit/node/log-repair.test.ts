import {
  copyFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import type { StoredMessage } from '../../../plugins/exchange/index.js'
import { BLOCK_SIZE, LogWriter } from '../../../src/node/log-file.js'
import { repairLog } from '../../../src/node/log-repair.js'
import { scanLog } from '../../../src/node/log-scan.js'
import { generateNodeIdentity } from '../../../src/roles/index.js'
import { seedOf } from '../../support/network.js'
import { keysIn, recordOf, writeLog } from '../../support/log-of.js'
import { at } from '../../support/protocol/index.js'
import { signedMessage } from '../../support/signed-feed.js'

/** Whatever happens to the file, what is left of it is of each feed a beginning, and nothing else. */
const FEEDS = 3
const MESSAGES = 240

const identities = Array.from({ length: FEEDS }, (_, index) => generateNodeIdentity(seedOf(`feed ${index}`)))
const messages: StoredMessage[] = []
for (let index = 0; index < MESSAGES; index++) {
  const content = { type: 'test', index, filling: 'x'.repeat(400) }
  messages.push(signedMessage(at(identities, index % FEEDS), messages[index - FEEDS], content))
}

let folder: string
let pristine: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blockfin-log-'))
  pristine = join(folder, 'pristine')
  await writeLog(pristine, messages)
})
afterAll(() => rm(folder, { recursive: true }))

const path = () => join(folder, 'data')
const log = () => join(path(), 'db2', 'log.bipf')

beforeEach(async () => {
  await rm(path(), { recursive: true, force: true })
  await mkdir(join(path(), 'db2'), { recursive: true })
  await copyFile(pristine, log())
})

type Damage = (bytes: Buffer) => Buffer

const damage = async (change: Damage): Promise<void> => writeFile(log(), change(await readFile(log())))

const flip =
  (position: number): Damage =>
  (bytes) => {
    bytes.writeUInt8(bytes.readUInt8(position) ^ 4, position)
    return bytes
  }

const zero =
  (from: number, to: number): Damage =>
  (bytes) =>
    bytes.fill(0, from, to)

/** What stays is a beginning of each feed, in the order in which it was written. */
const expectBeginnings = (kept: readonly string[]): void => {
  const keys = new Set(kept)
  expect(kept).toEqual(messages.filter(({ key }) => keys.has(key)).map(({ key }) => key))
  for (const { id } of identities) {
    const held = messages.filter(({ value }) => value.author === id).map(({ key }) => keys.has(key))
    expect(held).toEqual([...held].sort((a, b) => Number(b) - Number(a)))
  }
}

describe('checking a log', () => {
  it('leaves a sound one alone', async () => {
    const before = await stat(log())
    const { damage: found, kept, tails } = await repairLog(path())
    expect([found, kept]).toEqual([null, MESSAGES])
    for (const [feed, { sequence, key }] of tails)
      expect(messages.find(({ value }) => value.author === feed && value.sequence === sequence)?.key).toBe(
        key,
      )
    expect((await stat(log())).ino).toBe(before.ino)
    expect(await readdir(join(path(), 'db2'))).toEqual(['log.bipf'])
  })

  it.each(['none at all', 'an empty one'])('takes %s as a beginning', async (what) => {
    await rm(log())
    if (what !== 'none at all') await writeFile(log(), '')
    expect(await repairLog(path())).toMatchObject({ damage: null, kept: 0, aside: null })
  })

  const table: readonly (readonly [string, Damage])[] = [
    ['a flipped bit in an old block', flip(5_000)],
    ['a flipped bit in the last block', flip(2 * BLOCK_SIZE + 5_000)],
    ['a flipped bit in the first length', flip(0)],
    ['a length beyond its block', (bytes) => bytes.fill(0xff, 0, 2)],
    ['a zeroed block in the middle', zero(BLOCK_SIZE, 2 * BLOCK_SIZE)],
    ['a zeroed end', (bytes) => bytes.fill(0, bytes.length - BLOCK_SIZE)],
    ['a zeroed length, which says that the block ends', zero(0, 2)],
    ['half a block at the end', (bytes) => bytes.subarray(0, bytes.length - BLOCK_SIZE / 2)],
    ['one byte too few', (bytes) => bytes.subarray(0, -1)],
    ['random bytes instead of the middle', (bytes) => bytes.fill('blockfin', 70_000, 90_000)],
    ['nothing but zeros', (bytes) => bytes.fill(0)],
    ['three bytes', (bytes) => bytes.subarray(0, 3)],
  ]

  it.each(table)('finds %s, keeps what reaches to it, and is sound afterwards', async (_name, change) => {
    await damage(change)
    const damaged = await readFile(log())
    const { damage: found, kept, aside } = await repairLog(path())
    expect(found).not.toBeNull()
    expectBeginnings(await keysIn(log()))
    expect(await keysIn(log())).toHaveLength(kept)
    expect(await repairLog(path())).toMatchObject({ damage: null, kept })
    expect((await stat(log())).size % BLOCK_SIZE).toBe(0)
    expect((await readFile(aside ?? '')).equals(damaged)).toBe(true)
  })

  it('keeps everything before and after of feeds that lost nothing', async () => {
    await damage(flip(5_000))
    const { damage: found, kept } = await repairLog(path())
    // One message is lost, and with it what its author said after it; the other feeds are whole.
    expect(found).toMatchObject({ blocks: 0, records: 1 })
    expect(kept + 1 + (found?.dropped ?? 0)).toBe(MESSAGES)
    expect(kept).toBeGreaterThanOrEqual((MESSAGES / FEEDS) * (FEEDS - 1))
  })

  it('knows the newest that was signed in a feed that lost some', async () => {
    await damage(flip(5_000))
    const { damage: found } = await repairLog(path())
    const [[feed, { sequence, key }] = never()] = found?.newest ?? []
    expect([sequence, key]).toEqual([
      MESSAGES / FEEDS,
      messages.findLast(({ value }) => value.author === feed)?.key,
    ])
  })

  it('refuses a message under the key of another, and a second message in one place', async () => {
    const [first = never(), second = never()] = messages
    const other = signedMessage(at(identities, 0), undefined, { type: 'test', fork: true })
    const writer = await LogWriter.create(log())
    for (const record of [recordOf(first.key, second.value), recordOf(first.key, first.value)])
      await writer.add(record)
    await writer.add(recordOf(other.key, other.value))
    await writer.finish()
    expect(await scanLog(log())).toMatchObject({ kept: 1, damage: { records: 1, dropped: 1 } })
  })

  it('keeps one damaged log beside it, the last', async () => {
    for (const position of [50_000, 5_000]) {
      await damage(flip(position))
      await repairLog(path())
    }
    expect((await readdir(join(path(), 'db2'))).sort()).toEqual(['log.bipf', 'log.bipf.damaged'])
  })

  it('starts again where it was killed in the middle', async () => {
    await damage(flip(5_000))
    await writeFile(`${log()}.repaired`, 'half of it')
    await copyFile(log(), `${log()}.damaged`)
    await repairLog(path())
    expect((await readdir(join(path(), 'db2'))).sort()).toEqual(['log.bipf', 'log.bipf.damaged'])
    expect(await repairLog(path())).toMatchObject({ damage: null })
  })

  it('says so when the disk does not give the log', async () => {
    await rm(log())
    await mkdir(log())
    await expect(repairLog(path())).rejects.toMatchObject({ code: 'log-unreadable' })
  })

  it('says so when there is no place for the repaired one', async () => {
    await damage(flip(5_000))
    await mkdir(`${log()}.repaired`)
    await expect(repairLog(path())).rejects.toMatchObject({ code: 'log-repair-failed' })
    expect(await readdir(join(path(), 'db2'))).toContain('log.bipf')
  })

  it('makes of any damage a sound log', async () => {
    const size = (await stat(pristine)).size
    const hurt = fc.record({
      kind: fc.constantFrom('flip', 'zero', 'garble', 'cut'),
      from: fc.nat(size - 1),
      length: fc.oneof(fc.nat(16), fc.nat(BLOCK_SIZE * 2)),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(hurt, { minLength: 1, maxLength: 4 }), async (hurts) => {
        await copyFile(pristine, log())
        const file = await open(log(), 'r+')
        for (const { kind, from, length } of hurts) {
          const filling = { flip: 0x55, zero: 0, garble: 0xe7, cut: 0 }[kind]
          if (kind === 'cut') continue
          await file.write(Buffer.alloc(Math.min(length, size - from), filling), 0, undefined, from)
        }
        await file.close()
        for (const { kind, from } of hurts) if (kind === 'cut') await truncate(log(), from)
        await repairLog(path())
        expectBeginnings(await keysIn(log()))
        expect(await repairLog(path())).toMatchObject({ damage: null })
      }),
      { numRuns: 25 },
    )
  })
})

const never = (): never => {
  throw new Error('nothing was found')
}
