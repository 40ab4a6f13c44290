import { existsSync } from 'node:fs'
import { cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, describe, expect, it } from 'vitest'

import type { MessageKey } from '../../../src/feeds/index.js'
import type { DiskNotice } from '../../../src/node/ssb.js'
import { keysIn } from '../../support/log-of.js'
import { waitUntil } from '../../support/wait-until.js'
import { type CuredNode, CuredNetwork } from '../../support/substrate/cured-nodes.js'

/** A database that was damaged while no process held it: repaired within a bound, and nothing bad given out. */
let network = new CuredNetwork()
afterEach(async () => {
  await network.close()
  network = new CuredNetwork()
})

const MESSAGES = 400
const BLOCK_SIZE = 65_536
/** Far below the patience of the start, which would say that it was stuck first. */
const BOUND_MS = 8_000

const logOf = (path: string): string => join(path, 'db2', 'log.bipf')

interface Closed extends CuredNode {
  readonly keysBefore: readonly MessageKey[]
}

/** A closed database of 400 messages of one author. */
const closed = async ({ hasAllFiles = false } = {}): Promise<Closed> => {
  const node = await network.start()
  const content = { type: 'test', filling: 'x'.repeat(300) }
  const publish = () => node.substrate.publish(node.keys, content)
  const published = await Promise.all(Array.from({ length: MESSAGES }, publish))
  await indexed(node)
  if (hasAllFiles) await waitUntil('files of private messages are written', () => hasPrivateIndex(node.path))
  await network.stop(node)
  return { ...node, keysBefore: published.map(({ key }) => key) }
}

/** Closing leaves indexes as they were flushed last. */
const indexed = ({ ssb }: CuredNode): Promise<void> =>
  waitUntil('all indexes are on disk', () =>
    Object.values(ssb.db.getIndexes()).every(({ offset }) => offset.value === ssb.logTail.offset()),
  )

/** Written a second after the first message. */
const hasPrivateIndex = (path: string): boolean => existsSync(join(path, 'db2', 'indexes', 'decrypted.index'))

const reopen = async ({ path, keys }: CuredNode) => {
  const notices: DiskNotice[] = []
  const before = performance.now()
  const node = await network.start({ path, keys, onNotice: (notice) => notices.push(notice) })
  expect(performance.now() - before).toBeLessThan(BOUND_MS)
  return { ...node, notices: notices.map(({ name }) => name), facts: notices[0]?.facts }
}

/** Everything is there, by place and by key, and the feed goes on. */
const expectWhole = async ({ substrate, keys }: CuredNode, { keysBefore }: Closed): Promise<void> => {
  const held = await substrate.readFeed(keys.id, 1, MESSAGES + 1)
  expect(held.map(({ sequence }) => sequence)).toEqual(keysBefore.map((_, index) => index + 1))
  for (const key of keysBefore.filter((_, index) => index % 40 === 0))
    expect(await substrate.getByKey(key)).toMatchObject({ author: keys.id })
  expect((await substrate.publish(keys, { type: 'test' })).sequence).toBe(MESSAGES + 1)
}

describe('a damaged log', () => {
  const table: readonly (readonly [string, (log: Buffer) => Buffer])[] = [
    ['a flipped byte in an old block', (log) => log.fill(log.readUInt8(3_000) ^ 1, 3_000, 3_001)],
    ['a flipped byte in the last block', (log) => log.fill(0xff, log.length - 65_000, log.length - 64_999)],
    ['its last block zeroed', (log) => log.fill(0, log.length - BLOCK_SIZE)],
    ['its first block zeroed', (log) => log.fill(0, 0, BLOCK_SIZE)],
    ['half a block at its end', (log) => log.subarray(0, log.length - BLOCK_SIZE / 2)],
    ['its end cut at a block', (log) => log.subarray(0, log.length - BLOCK_SIZE)],
    ['nothing in it', () => Buffer.alloc(0)],
  ]

  it.each(table)('with %s is repaired, and the write-ahead log brings the rest', async (name, change) => {
    const node = await closed()
    await writeFile(logOf(node.path), change(await readFile(logOf(node.path))))
    const again = await reopen(node)
    // What is cut off at a block shows only in indexes that know more.
    const blockwise = name.includes('cut at a block') || name.includes('nothing')
    expect(again.notices).toEqual([blockwise ? 'indexes-rebuilt' : 'log-repaired'])
    await expectWhole(again, node)
    await network.stop(again)
    expect(await keysIn(logOf(node.path))).toHaveLength(MESSAGES + 1)
    const third = await reopen(node)
    expect([third.notices, third.facts]).toEqual([[], undefined])
  })

  it('without a write-ahead log keeps the beginning, and knows what else was signed', async () => {
    const node = await closed()
    await rm(join(node.path, 'wal'), { recursive: true })
    const bytes = await readFile(logOf(node.path))
    await writeFile(logOf(node.path), bytes.fill(0, BLOCK_SIZE, BLOCK_SIZE + 500))
    const again = await reopen(node)
    const tip = again.substrate.tip(node.keys.id)
    expect(tip?.sequence).toBeLessThan(MESSAGES)
    expect(node.keysBefore[(tip?.sequence ?? 0) - 1]).toBe(tip?.key)
    expect(again.ssb.lost.get(node.keys.id)).toEqual({ sequence: MESSAGES, key: node.keysBefore.at(-1) })
    expect(again.facts).toMatchObject({ blocks: 1, kept: tip?.sequence, feeds: 1 })
  })
})

describe('indexes', () => {
  const folders = ['indexes', 'jit'] as const
  const remove = async (path: string, folder: string) => rm(join(path, 'db2', folder), { recursive: true })

  it('that are gone are rebuilt', async () => {
    const node = await closed()
    for (const folder of folders) await remove(node.path, folder)
    await expectWhole(await reopen(node), node)
  })

  it.each(['base', 'ebt', 'blockfinKeys'])('of which one, %s, is gone are rebuilt', async (name) => {
    const node = await closed()
    await remove(node.path, `indexes/${name}`)
    await expectWhole(await reopen(node), node)
  })

  it('that are sound are left alone', async () => {
    const node = await closed({ hasAllFiles: true })
    const again = await reopen(node)
    expect(again.notices).toEqual([])
    await expectWhole(again, node)
  })

  it.each(['cut short', 'garbled'])('whose files are %s are rebuilt', async (how) => {
    const node = await closed({ hasAllFiles: true })
    const folder = join(node.path, 'db2')
    for (const name of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const file = join(name.parentPath, name.name)
      if (!name.isFile() || !/\/(indexes|jit)(\/|$)/.test(name.parentPath)) continue
      if (how === 'garbled') await writeFile(file, 'blockfin'.repeat(100))
      else await truncate(file, 2)
    }
    const again = await reopen(node)
    expect(again.notices).toEqual(['indexes-rebuilt'])
    await expectWhole(again, node)
  })

  it('of another log are rebuilt', async () => {
    const [node, other] = [await closed(), await closed()]
    for (const folder of folders) {
      await remove(node.path, folder)
      await cp(join(other.path, 'db2', folder), join(node.path, 'db2', folder), { recursive: true })
    }
    const again = await reopen(node)
    expect(again.notices).toEqual(['indexes-rebuilt'])
    await expectWhole(again, node)
  })

  it('that are older than the log catch up', async () => {
    const node = await network.start()
    await node.substrate.publish(node.keys, { type: 'test', filling: 'first' })
    await indexed(node)
    await network.stop(node)
    const old = `${node.path}-indexes`
    await cp(join(node.path, 'db2', 'indexes'), old, { recursive: true })
    const second = await reopen(node)
    await Promise.all(Array.from({ length: 99 }, () => second.substrate.publish(node.keys, { type: 'test' })))
    await network.stop(second)
    await remove(node.path, 'indexes')
    await cp(old, join(node.path, 'db2', 'indexes'), { recursive: true })
    const again = await reopen(node)
    expect(again.notices).toEqual([])
    expect(await again.substrate.readFeed(node.keys.id, 1, 200)).toHaveLength(100)
    await rm(old, { recursive: true })
  })

  it('that were not trusted at the end are rebuilt', async () => {
    const node = await closed()
    await rm(join(node.path, 'db2', 'indexes-trusted'))
    await expectWhole(await reopen(node), node)
    expect(await readdir(join(node.path, 'db2'))).toContain('indexes-trusted')
  })

  it('in clocks of peers that are garbage harm nothing', async () => {
    const node = await closed()
    await writeFile(join(node.path, 'ebt', 'garbage'), 'blockfin').catch(() => undefined)
    await expectWhole(await reopen(node), node)
  })
})
