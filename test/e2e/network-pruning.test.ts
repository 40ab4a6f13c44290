import { readFile, rm } from 'node:fs/promises'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { classicSize, type Hash } from '../../src/feeds/index.js'
import { storeLedger, transactionHash } from '../../src/ledger/index.js'
import { dataDirectory } from '../../src/node/data-directory.js'
import { verify } from '../../src/node/verify.js'
import { lanesOf } from '../../src/roles/index.js'
import { utf8 } from '../../src/util/index.js'
import { TestAccount } from '../support/account.js'
import {
  auditChain,
  BatchSender,
  changeOptions,
  eventually,
  faultsIn,
  forksBetween,
  type HeldMessage,
  LiveNetwork,
  readAll,
  readHeldFeeds,
} from '../support/live-network/index.js'

/** Nodes that prune, again and again while blocks go on, beside nodes that keep all. */
const alice = new TestAccount('alice')
const PRUNE_BLOCKS = 64
const CHECKPOINT_BLOCKS = 10
const BLOCKS = 160
/**
 * What a pruning node holds at most, in heights: what it keeps, what may stand above the newest checkpoint until the
 * next one is written, and what gathers until so much may go that it prunes, at its own height.
 */
const HELD_BLOCKS = PRUNE_BLOCKS + 3 * CHECKPOINT_BLOCKS + 2 * (PRUNE_BLOCKS / 4) + 2
/** Far more than it takes, since a machine may be busy. */
const TIMEOUT_MS = 240_000

const PRUNING = ['validator-1', 'messagenode-1']
const ARCHIVES = ['validator-2', 'messagenode-2']

let network: LiveNetwork
const sent: Hash[] = []

beforeAll(async () => {
  network = await LiveNetwork.create({
    validators: 2,
    messagenodes: 2,
    observers: 1,
    balances: new Map([[alice.id, 10_000n]]),
  })
  for (const name of PRUNING) {
    const options = { pruneBlocks: PRUNE_BLOCKS, checkpointBlocks: CHECKPOINT_BLOCKS }
    await changeOptions(network.dataDirectory(name), options)
  }
  await network.start()
  await network.ready()
})

afterAll(() => network.close())

/** One block for each, in the lanes of both validators by turns. */
const commitRecords = async (count: number): Promise<void> => {
  const senders = network.validators.map((name) => new BatchSender(network.client([name])))
  const client = network.client(['messagenode-2'])
  for (; count > 0; count--) {
    const bytes = alice.record(network.network.chainId, utf8('a record of some length '.repeat(8)), {
      validUntil: BigInt(sent.length + 80),
    })
    await senders[sent.length % senders.length]?.send([bytes])
    sent.push(transactionHash(bytes))
    await client.waitFor(transactionHash(bytes), 'committed')
  }
}

const lanes = (): readonly string[] => lanesOf(network.network.genesis)

const laneMessages = async (name: string): Promise<readonly HeldMessage[]> => {
  const held = await readHeldFeeds(network.dataDirectory(name))
  return [...held].flatMap(([feed, messages]) => (lanes().includes(feed) ? messages : []))
}

const sizeOf = (messages: readonly HeldMessage[]): number =>
  messages.reduce((size, { value }) => size + classicSize(value), 0)

const logOf = (name: string): Promise<string> =>
  readFile(dataDirectory(network.dataDirectory(name)).log, 'utf8')

const prunings = async (name: string): Promise<readonly { went: number; refetched: readonly string[] }[]> =>
  (await logOf(name))
    .split('\n')
    .filter((line) => line.includes('"msg":"log-pruned"'))
    .map((line) => JSON.parse(line) as { went: number; refetched: readonly string[] })

const heightOf = async (name: string): Promise<number> => (await network.status(name)).executedHeight

const reaches = (name: string, height: number) =>
  eventually(`${name} has executed ${height} heights`, async () =>
    (await heightOf(name)) >= height ? true : undefined,
  )

describe('a node that prunes', () => {
  it(
    'holds no more of the lanes however long the chain grows',
    async () => {
      const most = new Map(PRUNING.map((name) => [name, 0]))
      for (let block = 0; block < BLOCKS; block += 10) {
        await commitRecords(10)
        for (const name of PRUNING) {
          const count = (await laneMessages(name)).length
          most.set(name, Math.max(count, most.get(name) ?? 0))
        }
      }
      await Promise.all(network.nodes.map((name) => reaches(name, BLOCKS)))
      for (const name of PRUNING) {
        expect((await prunings(name)).length).toBeGreaterThanOrEqual(2)
        expect(most.get(name)).toBeLessThanOrEqual(HELD_BLOCKS)
        expect(most.get(name)).toBeGreaterThan(PRUNE_BLOCKS)
      }
      const [pruned, whole] = await Promise.all([laneMessages('validator-1'), laneMessages('validator-2')])
      expect(sizeOf(pruned)).toBeLessThan(sizeOf(whole) * 0.85)
      await network.ready()
    },
    TIMEOUT_MS,
  )

  it('did so in the same process, without hurting anything', async () => {
    for (const name of PRUNING) {
      expect(network.process(name).isRunning).toBe(true)
      const log = await logOf(name)
      expect(
        log.match(/log-repaired|indexes-rebuilt|log-prune-failed|own feed ends before|MaxListeners/g),
      ).toBeNull()
    }
  })

  it('answers of old blocks everything but the bodies, and of those that they are pruned', async () => {
    const first = sent[0] as Hash
    const [own, both] = [network.client(['validator-1']), network.client(network.validators)]
    expect(await own.status(first)).toMatchObject({ state: 'sealed', result: { outcome: 'executed' } })
    expect((await own.block(2)).transactions).toHaveLength(1)
    await expect(own.block(2, { bytes: true })).rejects.toMatchObject({ code: 'data-pruned' })
    expect((await own.block(BLOCKS, { bytes: true })).transactions).toHaveLength(1)
    // A client that knows another node gets it from there.
    expect((await both.block(2, { bytes: true })).transactions).toHaveLength(1)

    const prover = network.client(['messagenode-1'])
    await expect(prover.transactionProof(first)).rejects.toMatchObject({ code: 'data-pruned' })
    const messagenodes = network.client(network.messagenodes)
    expect(await messagenodes.transactionProof(first)).toMatchObject({ position: 0, code: 0 })
  })

  it('leaves the archives whole: they replay the chain from its beginning', async () => {
    for (const name of ARCHIVES) {
      const feeds = await readHeldFeeds(network.dataDirectory(name))
      expect(await faultsIn(network.network, feeds)).toEqual([])
      const { blocks } = auditChain(network.network, storeLedger({ verify }), feeds)
      const hashes = blocks.flatMap(({ transactions }) => transactions.map(({ hash }) => hash))
      expect(hashes).toEqual(sent)
    }
  })
})

it('a member that comes late gets from an archive what another has pruned', async () => {
  await network.start('observer-1')
  const whole = await laneMessages('messagenode-2')
  await eventually('all lanes are there from their first message on', async () => {
    const held = await laneMessages('observer-1')
    return held.length >= whole.length ? true : undefined
  })
  const held = await readHeldFeeds(network.dataDirectory('observer-1'))
  expect(await faultsIn(network.network, held)).toEqual([])
})

describe('a pruned node', () => {
  it('that is killed goes on from where it was', async () => {
    await network.kill(...PRUNING)
    await network.start(...PRUNING)
    await network.ready(...PRUNING)
    await commitRecords(1)
    await Promise.all(network.nodes.map((name) => reaches(name, sent.length)))
  })

  it('that lost its blocks or its feeds gets them again from the archives', async () => {
    await network.kill(...PRUNING)
    await rm(dataDirectory(network.dataDirectory('messagenode-1')).chain, { recursive: true })
    await rm(dataDirectory(network.dataDirectory('validator-1')).ssb, { recursive: true })
    await network.start(...PRUNING)
    await network.ready(...PRUNING)
    await commitRecords(1)
    await Promise.all(network.nodes.map((name) => reaches(name, sent.length)))
    expect((await prunings('messagenode-1')).at(-1)?.refetched).toHaveLength(lanes().length)
  })

  it('never made anyone hold two branches of a feed', async () => {
    const held = await readAll(network)
    expect(forksBetween([...held.values()])).toEqual([])
    for (const name of network.nodes)
      expect(await network.client([name]).evidence()).toMatchObject({ evidence: [] })
  })
})
