import * as files from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import type { StoredMessage } from '../../../../plugins/exchange/index.js'
import type { FeedId, MessageKey } from '../../../../src/feeds/index.js'
import { repairLog } from '../../../../src/node/log-repair.js'
import { scanLog } from '../../../../src/node/log-scan.js'
import {
  beginningsFile,
  pruneLog,
  type PruneOrder,
  readBeginnings,
  writeBeginnings,
} from '../../../../src/node/pruning/index.js'
import { generateNodeIdentity } from '../../../../src/roles/index.js'
import { recordOf, writeLog } from '../../../support/log-of.js'
import { seedOf } from '../../../support/network.js'
import { at } from '../../../support/protocol/index.js'
import { signedMessage } from '../../../support/signed-feed.js'

/** After so many changes of the disk nothing more reaches it: the process was killed. */
const life = vi.hoisted(() => ({ changes: 0, left: Infinity }))

vi.mock('node:fs/promises', async (importActual) => {
  const actual = await importActual<typeof files>()
  const mortal =
    <A extends readonly unknown[], R>(change: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      life.changes++
      if (life.left-- <= 0) throw new Error('killed')
      return change(...given)
    }
  return {
    ...actual,
    open: mortal(actual.open),
    rename: mortal(actual.rename),
    rm: mortal(actual.rm),
    link: mortal(actual.link),
  }
})

/** A kill counts from here on; and then the next process lives as long as it likes. */
const killedAfter = async (changes: number, work: () => Promise<unknown>): Promise<boolean> => {
  life.left = changes
  const wasKilled = await work().then(
    () => false,
    () => true,
  )
  life.left = Infinity
  return wasKilled
}

const MESSAGES = 60
const identities = ['lane', 'other lane', 'votes'].map((name) => generateNodeIdentity(seedOf(name)))
const [LANE, OTHER, VOTES] = identities.map(({ id }) => id) as [FeedId, FeedId, FeedId]
const messages: StoredMessage[] = []
for (let index = 0; index < identities.length * MESSAGES; index++) {
  const identity = at(identities, index % identities.length)
  const content = { type: 'test', index, filling: 'x'.repeat(500) }
  messages.push(signedMessage(identity, messages[index - identities.length], content))
}
const messageAt = (feed: FeedId, sequence: number): StoredMessage => {
  const found = messages.find(({ value }) => value.author === feed && value.sequence === sequence)
  if (!found) throw new Error('no such message')
  return found
}

let folder: string
const path = () => join(folder, 'data')
const log = () => join(path(), 'db2', 'log.bipf')
const trust = () => join(path(), 'db2', 'indexes-trusted')

beforeAll(async () => {
  folder = await files.mkdtemp(join(tmpdir(), 'blockfin-prune-'))
})
afterAll(() => files.rm(folder, { recursive: true }))
beforeEach(() => fresh(messages))

const fresh = async (written: readonly StoredMessage[]): Promise<void> => {
  await files.rm(path(), { recursive: true, force: true })
  await files.mkdir(join(path(), 'db2', 'indexes'), { recursive: true })
  await files.writeFile(trust(), '')
  await writeLog(log(), written)
}

const order = (lane: number, other = 0, executed = 50, height = 70): PruneOrder => ({
  height,
  lanes: new Map([
    [LANE, { upTo: lane, executed }],
    [OTHER, { upTo: other, executed }],
  ]),
})

const prune = async (what: PruneOrder) => pruneLog(path(), await repairLog(path()), what)

/** First and last sequence of each feed, by what a start takes for sound. */
const spans = async (): Promise<Readonly<Record<string, string>>> => {
  const { damage } = await repairLog(path())
  expect(damage).toBeNull()
  const found: Record<string, [number, number]> = {}
  const note = (_record: Buffer, { feed, sequence }: { feed: FeedId; sequence: number }) => {
    const name = feed === LANE ? 'lane' : feed === OTHER ? 'other' : 'votes'
    const [first] = found[name] ?? [sequence, sequence]
    found[name] = [first, sequence]
  }
  await scanLog(log(), note, (await readBeginnings(path())).accepted)
  return Object.fromEntries(Object.entries(found).map(([name, [first, last]]) => [name, `${first}-${last}`]))
}

describe('pruning a log', () => {
  it('takes the beginnings of lanes, leaves the rest, and a start finds it sound', async () => {
    const size = (await files.stat(log())).size
    const result = await prune(order(40, 7))
    expect(result).toMatchObject({ went: 47, kept: 3 * MESSAGES - 47, refetched: [] })
    expect(result?.pruned.get(LANE)).toEqual({ sequence: 40, key: messageAt(LANE, 40).key })
    expect(await spans()).toEqual({ lane: '41-60', other: '8-60', votes: '1-60' })
    expect((await repairLog(path())).pruned).toEqual(result?.pruned)
    expect((await repairLog(path())).tails).toEqual(result?.tails)
    expect((await files.stat(log())).size).toBeLessThan(size)
    expect(await readBeginnings(path())).toMatchObject({ height: 70 })
  })

  it('leaves nothing behind but the log, where it begins, and indexes that are not trusted', async () => {
    await prune(order(40))
    expect((await files.readdir(join(path(), 'db2'))).sort()).toEqual(['beginnings', 'indexes', 'log.bipf'])
  })

  it('goes on from what it left', async () => {
    await prune(order(10, 10))
    expect(await prune(order(30, 10))).toMatchObject({ went: 20 })
    expect(await spans()).toEqual({ lane: '31-60', other: '11-60', votes: '1-60' })
    expect((await readBeginnings(path())).accepted).toHaveLength(2)
  })

  it.each([
    ['nothing is to go', order(0)],
    ['it went before', order(10)],
    ['nothing of the lane is held', { height: 9, lanes: new Map([[VOTES, { upTo: 0, executed: 0 }]]) }],
  ])('does nothing when %s', async (_name, what) => {
    await prune(order(10))
    const before = await files.stat(log())
    expect(await prune(what)).toBeNull()
    expect((await files.stat(log())).ino).toBe(before.ino)
  })

  it('never takes the newest message of a lane', async () => {
    await prune(order(500))
    expect((await spans())['lane']).toBe('60-60')
  })

  it('lets a lane go that begins after what the chain goes on from: it must be fetched again', async () => {
    await prune(order(40, 10))
    const result = await prune(order(0, 0, 39, 0))
    expect(result).toMatchObject({ refetched: [LANE], went: 20 })
    expect(result?.tails.has(LANE)).toBe(false)
    expect(await spans()).toEqual({ other: '11-60', votes: '1-60' })
    expect(await readBeginnings(path())).toMatchObject({ height: 0, accepted: [{ feed: OTHER }] })
  })

  it('takes a lane that was fetched again, from its first message on', async () => {
    await prune(order(40))
    await fresh(messages)
    await writeBeginnings(path(), {
      height: 7,
      accepted: [{ feed: LANE, sequence: 40, key: messageAt(LANE, 40).key }],
    })
    expect((await spans())['lane']).toBe('1-60')
  })

  it('says so when there is no room, and leaves the log as it was', async () => {
    await files.mkdir(join(`${beginningsFile(path())}.new`))
    await expect(prune(order(40))).rejects.toMatchObject({ code: 'log-prune-failed' })
    expect(await spans()).toMatchObject({ lane: '1-60' })
    expect(await files.readdir(join(path(), 'db2'))).not.toContain('log.bipf.pruned')
  })
})

describe('a pruned log', () => {
  const withoutFirst = (count: number) =>
    messages.filter(({ value }) => value.author !== LANE || value.sequence > count)
  const beginAfter = (sequence: number, key: MessageKey = messageAt(LANE, sequence).key) =>
    writeBeginnings(path(), { height: 7, accepted: [{ feed: LANE, sequence, key }] })

  it.each([
    ['no beginning is written down', async () => undefined],
    ['another sequence is', () => beginAfter(39)],
    ['another message is', () => beginAfter(40, messageAt(OTHER, 40).key)],
    ['one sequence is, and the key of another', () => beginAfter(39, messageAt(LANE, 40).key)],
  ])('is damaged where a feed begins in the middle and %s', async (_name, write) => {
    await fresh(withoutFirst(40))
    await write()
    const { damage, tails } = await repairLog(path())
    expect(damage).toMatchObject({ dropped: 20 })
    expect(tails.has(LANE)).toBe(false)
  })

  it('is cut where it is damaged, like any other', async () => {
    await prune(order(40))
    const bytes = await files.readFile(log())
    const rotten = recordOf(messageAt(LANE, 50).key, messageAt(LANE, 50).value)
    const position = bytes.indexOf(rotten) + 200
    bytes.writeUInt8(bytes.readUInt8(position) ^ 4, position)
    await files.writeFile(log(), bytes)
    expect((await repairLog(path())).damage).not.toBeNull()
    expect((await spans())['lane']).toBe('41-49')
  })

  it('is refused, and not repaired, while nobody knows where its feeds begin', async () => {
    await prune(order(40))
    const text = await files.readFile(beginningsFile(path()), 'utf8')
    for (const damaged of [text.replace('"sequence":40', '"sequence":41'), text.slice(0, -3), '']) {
      await files.writeFile(beginningsFile(path()), damaged)
      await expect(repairLog(path())).rejects.toMatchObject({ code: 'beginnings-damaged' })
    }
    await files.writeFile(beginningsFile(path()), text)
    expect((await spans())['lane']).toBe('41-60')
  })
})

describe('a kill', () => {
  it('leaves the old log or the new one after any change of the disk, and never an index of the other', async () => {
    const outcomes = new Set<string | undefined>()
    let kills = 0
    for (;;) {
      await fresh(messages)
      await prune(order(10))
      await files.writeFile(trust(), '')
      const sound = await repairLog(path())
      const before = await files.stat(log())
      const wasKilled = await killedAfter(kills, () => pruneLog(path(), sound, order(40)))
      const { lane } = await spans()
      outcomes.add(lane)
      const isNew = (await files.stat(log())).ino !== before.ino
      expect(lane).toBe(isNew ? '41-60' : '11-60')
      const names = await files.readdir(join(path(), 'db2'))
      if (isNew) expect(names).not.toContain('indexes-trusted')
      // What was not finished is finished at the next start, or was.
      await prune(order(40))
      expect((await spans())['lane']).toBe('41-60')
      expect(await files.readdir(join(path(), 'db2'))).not.toContain('log.bipf.pruned')
      if (!wasKilled) break
      kills++
    }
    expect([...outcomes]).toEqual(['11-60', '41-60'])
    expect(kills).toBeGreaterThan(10)
  })
})
