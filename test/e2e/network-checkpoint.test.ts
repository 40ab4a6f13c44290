import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import type { FeedId, Hash } from '../../src/feeds/index.js'
import { storeLedger } from '../../src/ledger/index.js'
import { checkpointHeights, originOf, readCheckpoint } from '../../src/node/checkpoint/index.js'
import { Driver } from '../../src/node/driver.js'
import { verify } from '../../src/node/verify.js'
import { type Core, genesisOrigin, type ValidatorState, validatorCore } from '../../src/protocol/index.js'
import { assert, utf8 } from '../../src/util/index.js'
import { TestAccount } from '../support/account.js'
import {
  eventually,
  faultsIn,
  type HeldFeeds,
  LiveNetwork,
  readHeldFeeds,
  settledFeeds,
} from '../support/live-network/index.js'

/** Nodes that restart from checkpoints, whole and damaged ones, and are none the worse for it. */
const alice = new TestAccount('alice')
const EVERY = 10
const BLOCKS = 46

let network: LiveNetwork

beforeAll(async () => {
  network = await LiveNetwork.create({
    validators: 1,
    messagenodes: 1,
    balances: new Map([[alice.id, 1_000n]]),
  })
  for (const name of network.nodes) {
    const path = join(network.dataDirectory(name), 'node.json')
    const options = JSON.parse(await readFile(path, 'utf8')) as object
    await writeFile(path, JSON.stringify({ ...options, checkpointBlocks: EVERY }))
  }
  await network.start()
  await network.ready()
  for (let count = 0; count < BLOCKS; count++) await sealRecord()
})

afterAll(() => network.close())

const sealRecord = async (): Promise<number> => {
  const client = network.client(['validator-1', 'messagenode-1'])
  const { hash } = await client.submit(alice.record(network.network.chainId, utf8(`${alice.nonce}`)))
  return (await client.waitFor(hash as Hash, 'sealed')).block?.height ?? 0
}

const directoryOf = (name: string): string => join(network.dataDirectory(name), 'checkpoints')

/** Heights from which the node has started, last one last, as its log says. */
const startsOf = async (name: string): Promise<number[]> => {
  const log = await readFile(join(network.dataDirectory(name), 'node.log'), 'utf8')
  return [...log.matchAll(/"height":(\d+),"msg":"starts from"/g)].map(([, height]) => Number(height))
}

const contextOf = (name: string) => ({
  network: network.network,
  self: network.member(name).id,
  verify,
  application: storeLedger({ verify }),
})

type LedgerState = ReturnType<ReturnType<typeof storeLedger>['genesis']>

/** Everything that the feeds say, in whatever order, told to a core; the state in which it comes to rest. */
const replay = async (
  core: Core<ValidatorState<LedgerState>>,
  feeds: HeldFeeds,
  moot: Readonly<Record<string, number>>,
): Promise<ValidatorState<LedgerState>> => {
  let failure: unknown = null
  const read = (feed: FeedId, from: number, limit: number) =>
    (feeds.get(feed) ?? []).slice(from - 1, from - 1 + limit)
  const driver = new Driver(core, {
    now: () => 0,
    publish: () => Promise.reject(new Error('a replay says nothing')),
    offer: () => undefined,
    wanted: () => undefined,
    readFeed: (feed, from, limit) => Promise.resolve(read(feed, from, limit)),
    observe: () => undefined,
    failed: (error) => (failure = error),
  })
  for (const [feed, messages] of feeds) {
    for (const message of messages.slice(moot[feed] ?? 0)) driver.receive(message)
  }
  driver.flush()
  await eventually('the core has executed everything', () =>
    Promise.resolve(driver.state.chain.executed.height === BLOCKS || failure !== null || undefined),
  )
  expect(failure).toBeNull()
  driver.stop()
  return driver.state
}

it('keeps the last two', async () => {
  for (const name of network.nodes) {
    await eventually('both are written', async () => {
      const heights = await checkpointHeights(directoryOf(name))
      return heights.length === 2 && heights[0] === 30 ? true : undefined
    })
    expect(await checkpointHeights(directoryOf(name))).toEqual([30, 20])
  }
})

it('a core that starts from one ends as one that starts from genesis, and remembers its own votes', async () => {
  await settledFeeds(network)
  const feeds = await readHeldFeeds(network.dataDirectory('validator-1'))
  const context = contextOf('validator-1')
  const genesis = await replay(validatorCore(context, genesisOrigin(context)), feeds, {})
  for (const height of [20, 30]) {
    const checkpoint = await readCheckpoint(directoryOf('validator-1'), height)
    assert(checkpoint, 'the checkpoint is whole')
    const origin = originOf(context, checkpoint)
    expect(origin.height).toBe(height)
    const state = await replay(validatorCore(context, origin), feeds, checkpoint.moot)
    const { executed, decided } = genesis.chain
    expect(state.chain.executed.height).toBe(BLOCKS)
    expect(state.chain.executed.stateRoot).toBe(executed.stateRoot)
    expect(state.chain.executed.cut).toEqual(executed.cut)
    expect(state.chain.decided.value).toEqual(decided.value)
    expect(state.own).toEqual(genesis.own)
    expect(state.round).toMatchObject({ height: BLOCKS + 1, round: 0 })
  }
})

it('a restarted node goes on from the newest one', async () => {
  await network.kill()
  await network.start()
  await network.ready()
  for (const name of network.nodes) expect((await startsOf(name)).at(-1)).toBe(30)
  const { answer } = await network.client(['messagenode-1']).accountProof(alice.id)
  expect(answer).toBeDefined()
  expect(await sealRecord()).toBe(BLOCKS + 1)
})

it('passes over a damaged one, and a second one, and goes on all the same', async () => {
  const flip = async (name: string, height: number): Promise<void> => {
    const path = join(directoryOf(name), `${String(height).padStart(16, '0')}.checkpoint`)
    const bytes = await readFile(path)
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
    await writeFile(path, bytes)
  }
  await network.kill()
  await flip('validator-1', 30)
  for (const height of [30, 20]) await flip('messagenode-1', height)
  await network.start()
  await network.ready()
  expect((await startsOf('validator-1')).at(-1)).toBe(20)
  expect((await startsOf('messagenode-1')).at(-1)).toBe(0)
  expect(await sealRecord()).toBe(BLOCKS + 2)
  for (const feeds of (await settledFeeds(network)).values()) {
    expect(await faultsIn(network.network, feeds)).toEqual([])
  }
})

it('starts from genesis when the block store was removed, which is then written again', async () => {
  await network.kill('messagenode-1')
  await rm(join(network.dataDirectory('messagenode-1'), 'chain'), { recursive: true })
  await network.start('messagenode-1')
  await network.ready()
  expect((await startsOf('messagenode-1')).at(-1)).toBe(0)
  await eventually('all blocks are there again', async () =>
    (await network.status('messagenode-1')).executedHeight === BLOCKS + 2 ? true : undefined,
  )
})
