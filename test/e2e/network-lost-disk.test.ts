import { cp, rm } from 'node:fs/promises'

import { afterAll, beforeAll, expect, it } from 'vitest'

import type { Hash } from '../../src/feeds/index.js'
import { storeLedger } from '../../src/ledger/index.js'
import { dataDirectory } from '../../src/node/data-directory.js'
import { verify } from '../../src/node/verify.js'
import { utf8 } from '../../src/util/index.js'
import { TestAccount } from '../support/account.js'
import {
  auditChain,
  faultsIn,
  forksBetween,
  LiveNetwork,
  readAll,
  type SettledFeeds,
  settledFeeds,
} from '../support/live-network/index.js'

/** Nodes that come back with less than they had said: whoever signed on from there would fork its own feeds. */
const alice = new TestAccount('alice')
const BLOCKS = 5

let network: LiveNetwork

beforeAll(async () => {
  network = await LiveNetwork.create({
    validators: 2,
    messagenodes: 2,
    balances: new Map([[alice.id, 1_000n]]),
  })
  await network.start()
  await network.ready()
})

afterAll(() => network.close())

/** Both validators are needed for a seal: whoever came back takes part again. */
const sealRecords = async (count: number): Promise<void> => {
  const client = network.client(['validator-1'])
  for (let number = 0; number < count; number++) {
    const bytes = alice.record(network.network.chainId, utf8(`record ${alice.nonce}`))
    const { hash } = await client.submit(bytes)
    expect(await client.waitFor(hash as Hash, 'sealed')).toMatchObject({ result: { outcome: 'executed' } })
  }
}

const expectOneSoundChain = async (before: SettledFeeds): Promise<void> => {
  const after = await settledFeeds(network)
  expect(forksBetween([...before.values(), ...after.values()])).toEqual([])
  for (const feeds of after.values()) {
    expect(await faultsIn(network.network, feeds)).toEqual([])
    const { blocks } = auditChain(network.network, storeLedger({ verify }), feeds)
    expect(blocks.flatMap(({ transactions }) => transactions)).toHaveLength(Number(alice.nonce))
  }
}

it('a validator restored from an old copy of its disk goes on from what it had said since', async () => {
  const { root } = dataDirectory(network.dataDirectory('validator-1'))
  const copy = `${root}-copy`
  await sealRecords(BLOCKS)
  await settledFeeds(network)
  await network.kill('validator-1')
  await cp(root, copy, { recursive: true })
  await network.start('validator-1')
  await network.ready('validator-1')
  await sealRecords(BLOCKS)
  const before = await settledFeeds(network)

  await network.kill('validator-1')
  await rm(root, { recursive: true })
  await cp(copy, root, { recursive: true })
  await network.start('validator-1')
  await network.ready('validator-1')
  await sealRecords(BLOCKS)
  await expectOneSoundChain(before)
})

it.each(['messagenode-1', 'validator-2'])(
  '%s, with nothing left but its keys, goes on as well',
  async (name) => {
    const before = await readAll(network)
    const { ssb, chain } = dataDirectory(network.dataDirectory(name))
    await network.kill(name)
    for (const lost of [ssb, chain]) await rm(lost, { recursive: true })
    await network.start(name)
    await network.ready(name)
    await sealRecords(BLOCKS)
    await expectOneSoundChain(before)
  },
)
