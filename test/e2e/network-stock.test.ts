import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { FEED_TYPES } from '../../plugins/feed-requests/index.js'
import { addressOf } from '../../plugins/registry-admission/index.js'
import type { FeedId, Hash } from '../../src/feeds/index.js'
import { dataDirectory } from '../../src/node/data-directory.js'
import { feedsOf, loadKeyFile } from '../../src/roles/index.js'
import { utf8 } from '../../src/util/index.js'
import { TestAccount } from '../support/account.js'
import {
  eventually,
  LiveNetwork,
  readHeldFeeds,
  settledFeeds,
  tipsOf,
} from '../support/live-network/index.js'
import { startStockServer, type StockServer } from '../support/stock-ssb-server.js'

/** A stock ssb-server 16 beside a network that seals: an observer of one Messagenode, led by contact messages alone. */
const alice = new TestAccount('alice')
/** Messagenode, its validators, their role feeds. */
const HOPS = 3
let network: LiveNetwork
let folder: string
let stock: StockServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blockfin-stock-network-'))
  network = await LiveNetwork.create({
    validators: 2,
    messagenodes: 2,
    observers: 1,
    balances: new Map([[alice.id, 1_000n]]),
  })
  await network.start()
  await network.ready()
  await seal(3)
  const keys = await loadKeyFile(dataDirectory(network.dataDirectory('observer-1')).key('main'))
  stock = await startStockServer({ path: folder, keys, networkKey: network.network.networkKey, hops: HOPS })
})

afterAll(async () => {
  await stock?.stop()
  await network?.close()
  await rm(folder, { recursive: true, force: true })
})

const seal = async (count: number): Promise<void> => {
  const client = network.client(['validator-1'])
  for (let number = 0; number < count; number++) {
    const { hash } = await client.submit(alice.record(network.network.chainId, utf8(`record ${alice.nonce}`)))
    await client.waitFor(hash as Hash, 'sealed')
  }
}

/** Every feed of the network's validators and Messagenodes, main feeds among them. */
const feedsOfNetwork = (): FeedId[] =>
  network.nodes.flatMap((name) => feedsOf(network.member(name)).map(([, feed]) => feed))

const stockCaughtUp = async (): Promise<void> => {
  await settledFeeds(network)
  const tips = tipsOf(await readHeldFeeds(network.dataDirectory('messagenode-1')))
  await eventually('the stock server holds what the Messagenode holds', async () => {
    const clock = await stock.clock()
    return feedsOfNetwork().every((feed) => clock[feed] === tips.get(feed)) || undefined
  })
}

it('ends up with all nine feed types of the network', async () => {
  const { id, addresses } = network.member('messagenode-1')
  if (!addresses.ssb) throw new Error('a Messagenode has an address')
  await stock.follow(id)
  await stock.connect(addressOf(id, addresses.ssb))
  await stockCaughtUp()
  const types = new Set<unknown>()
  for (const feed of feedsOfNetwork()) {
    for (const { content } of await stock.messages(feed)) types.add((content as { type: unknown }).type)
  }
  expect([...types]).toEqual(expect.arrayContaining([...FEED_TYPES]))
})

it('receives the blocks that are sealed from now on', async () => {
  await seal(2)
  await stockCaughtUp()
})
