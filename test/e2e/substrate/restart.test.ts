import { readdirSync } from 'node:fs'
import { rm, stat, truncate } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

import { afterEach, describe, expect, it } from 'vitest'

import type { SsbPlugin } from '../../../plugins/types/index.js'
import { createSsb, type DiskNotice } from '../../../src/node/ssb.js'
import type { FeedMessage } from '../../../src/feeds/index.js'
import { generateNodeIdentity } from '../../../src/roles/index.js'
import type { CuredNode } from '../../support/substrate/cured-nodes.js'
import { signedChain } from '../../support/signed-feed.js'
import { CuredNetwork } from '../../support/substrate/cured-nodes.js'
import { pause, waitUntil } from '../../support/wait-until.js'

let network = new CuredNetwork()
afterEach(async () => {
  await network.close()
  network = new CuredNetwork()
})

const MESSAGES = 600
const logOf = (path: string): string => join(path, 'db2', 'log.bipf')

describe('a restart', () => {
  it('replays everything once, in order, before what is new', async () => {
    const node = await reopened(await published(20))
    const seen: FeedMessage[] = []
    node.substrate.onMessage((message) => seen.push(message))
    const replayed = node.substrate.replay((message) => seen.push(message))
    const live = node.substrate.publish(node.keys, { type: 'test' })
    await Promise.all([replayed, live])
    await node.substrate.replay(() => undefined)
    expect(seen.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 21 }, (_, index) => index + 1))
  })

  it('reads by key and by range from disk', async () => {
    const node = await reopened(await published(20))
    const tip = node.substrate.tip(node.keys.id)
    expect(tip?.sequence).toBe(20)
    expect((await node.substrate.getByKey(tip?.key ?? never()))?.sequence).toBe(20)
    const range = await node.substrate.readFeed(node.keys.id, 5, 3)
    expect(range.map(({ sequence }) => sequence)).toEqual([5, 6, 7])
    expect(await node.substrate.readFeed(node.keys.id, 21, 5)).toEqual([])
  })
})

describe('a start on a busy network', () => {
  it('lets nobody in before the database is found sound, and then everybody who waited', async () => {
    const writer = await network.start()
    let node = await published(MESSAGES)
    writer.substrate.request(writer.keys.id, true)
    const isOver = { value: false }
    const dialling = dialAgainAndAgain(writer, node.ssb.getAddress() ?? never(), isOver)
    const writing = writeOnAndOn(writer, isOver)
    try {
      for (let restarts = 0; restarts < 4; restarts++) {
        const { path, keys } = node
        const { port } = node.substrate.address
        await network.stop(node)
        const notices: string[] = []
        const onNotice = ({ name }: DiskNotice) => notices.push(name)
        node = await network.start({ path, keys, port, onNotice, plugins: [requesting(writer)] })
        expect(notices).toEqual([])
        const { sequence } = writer.substrate.tip(writer.keys.id) ?? never()
        await waitUntil('what was written meanwhile is here', () => tipOf(node, writer) >= sequence)
      }
    } finally {
      isOver.value = true
      await Promise.all([dialling, writing])
    }
  })
})

describe('the write-ahead log', () => {
  it('stays small while a feed grows, and nothing is lost', async () => {
    const keys = generateNodeIdentity()
    const options = { path: await network.folder(), keys, writeAheadLog: { segmentBytes: 20_000 } }
    const node = await network.start(options)
    const segments = (): number => readdirSync(join(node.path, 'wal')).length
    for (let batch = 0; batch < 10; batch++) await publishMany(node, 60)
    await waitUntil('old segments go', () => segments() <= 2)
    await network.stop(node)
    const again = await network.start(options)
    expect(again.substrate.tip(keys.id)?.sequence).toBe(600)
  })

  it('keeps messages of others that ours depend on, though the log cannot take them', async () => {
    const node = await network.start()
    const [, , loose = never()] = signedChain(generateNodeIdentity(), 3)
    const unknown = { durable: [loose.key] }
    await expect(node.substrate.publish(node.keys, { type: 'test' }, unknown)).rejects.toMatchObject({
      code: 'durable-message-unknown',
    })
    node.substrate.keepLoose(loose.key, loose.value)
    await node.substrate.publish(node.keys, { type: 'test' }, { durable: [loose.key] })
    const again = await reopened(node)
    expect(again.substrate.looseMessages().map(({ key }) => key)).toEqual([loose.key])
    expect(await again.substrate.getByKey(loose.key)).toEqual(loose.value)
  })
})

it('never lets an index claim what the disk does not have', async () => {
  const { ssb, substrate, keys } = await network.start()
  const claims: { claimed: number; onDisk: number }[] = []
  const indexes = Object.values(ssb.db.getIndexes())
  for (const { offset } of indexes) {
    offset((claimed) => void claims.push({ claimed, onDisk: ssb.logTail.durableOffset() }), false)
  }
  while (claims.length < indexes.length * 10) await substrate.publish(keys, { type: 'test' })
  expect(claims.filter(({ claimed, onDisk }) => claimed > onDisk)).toEqual([])
})

describe('a damaged database', () => {
  it('with its last block cut short is repaired, and own messages come back', async () => {
    const node = await published(MESSAGES)
    await network.stop(node)
    const { size } = await stat(logOf(node.path))
    await truncate(logOf(node.path), size - 40_000)
    await expectWhole(await reopened(node))
  })

  it('with its last block gone under indexes that know it is repaired at once', async () => {
    const node = await published(MESSAGES)
    await network.stop(node)
    const { size } = await stat(logOf(node.path))
    await truncate(logOf(node.path), size - 65_536)
    await expectWhole(await reopened(node))
  })

  it('without its write-ahead log still opens', async () => {
    const node = await published(20)
    await network.stop(node)
    await rm(join(node.path, 'wal'), { recursive: true })
    const again = await network.start({ path: node.path, keys: node.keys })
    expect(again.substrate.tip(node.keys.id)?.sequence).toBe(20)
  })
})

it('gives up on a database that does not open in time, and harms nothing', async () => {
  const node = await published(20)
  await network.stop(node)
  const options = { path: node.path, keys: node.keys }
  await expect(network.start({ ...options, patienceMs: -1 })).rejects.toMatchObject({
    code: 'database-unusable',
  })
  expect((await network.start(options)).substrate.tip(node.keys.id)?.sequence).toBe(20)
})

it('refuses a port that is taken', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const starting = createSsb({
    path: await network.folder(),
    keys: generateNodeIdentity(),
    networkKey: network.networkKey,
    host: '127.0.0.1',
    port,
  })
  await expect(starting).rejects.toMatchObject({ code: 'ssb-port-unavailable' })
  server.close()
})

/** As a node of ours does from the beginning. */
const requesting = ({ keys }: CuredNode): SsbPlugin => ({
  name: 'requesting',
  version: '1.0.0',
  manifest: {},
  init(sbot) {
    sbot.ebt.request(keys.id, true)
    return undefined
  },
})

interface Flag {
  value: boolean
}

const tipOf = ({ substrate }: CuredNode, { keys }: CuredNode): number => substrate.tip(keys.id)?.sequence ?? 0

/** As a peer does that has just lost its link. */
const dialAgainAndAgain = async ({ ssb, substrate }: CuredNode, address: string, isOver: Flag) => {
  while (!isOver.value) {
    if (substrate.peers().length === 0) await new Promise((resolve) => ssb.connect(address, resolve))
    await pause(5)
  }
}

const writeOnAndOn = async ({ substrate, keys }: CuredNode, isOver: Flag): Promise<void> => {
  while (!isOver.value) {
    await substrate.publish(keys, { type: 'test' })
    await pause(2)
  }
}

const published = async (count: number): Promise<CuredNode> => {
  const node = await network.start()
  await publishMany(node, count)
  return node
}

const publishMany = async ({ substrate, keys }: CuredNode, count: number): Promise<void> => {
  const content = { type: 'test', filling: 'x'.repeat(300) }
  await Promise.all(Array.from({ length: count }, () => substrate.publish(keys, content)))
}

const reopened = async (node: CuredNode): Promise<CuredNode> => {
  await network.stop(node)
  return network.start({ path: node.path, keys: node.keys })
}

const expectWhole = async ({ ssb, substrate, keys }: CuredNode): Promise<void> => {
  expect(ssb.recovery.ownAdded).toBeGreaterThan(0)
  expect(substrate.tip(keys.id)?.sequence).toBe(MESSAGES)
  const next = await substrate.publish(keys, { type: 'test' })
  expect(next.sequence).toBe(MESSAGES + 1)
}

const never = (): never => {
  throw new Error('nothing was found')
}
