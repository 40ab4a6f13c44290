import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { storeLedger } from '../../src/ledger/index.js'
import { verify } from '../../src/node/verify.js'
import { TestAccount } from '../support/account.js'
import {
  auditChain,
  BatchSender,
  eventually,
  faultsIn,
  forksBetween,
  LiveNetwork,
  type SettledFeeds,
  settledFeeds,
  verifyElsewhere,
} from '../support/live-network/index.js'

/** Blocks of hundreds of transactions, while a Messagenode and a validator are killed and come back. */
const accounts = ['alice', 'bob', 'carol', 'dave'].map((label) => new TestAccount(label))
const GENESIS = 1_000_000n
const BATCH_SIZE = 150
const PROOFS = 400

let network: LiveNetwork
let senders: readonly BatchSender[]
let held: SettledFeeds

beforeAll(async () => {
  network = await LiveNetwork.create({ balances: new Map(accounts.map(({ id }) => [id, GENESIS])) })
  await network.start()
  await network.ready()
  senders = network.validators.map((name) => new BatchSender(network.client([name])))
})

afterAll(() => network.close())

/** Every account sends so many batches to the next one, each through a validator of its own. */
const sendBatches = async (count: number): Promise<void> => {
  const { chainId } = network.network
  await Promise.all(
    accounts.map(async (account, index) => {
      const to = accounts[(index + 1) % accounts.length] ?? account
      for (let sent = 0; sent < count; sent++) {
        const amounts = Array.from({ length: BATCH_SIZE }, (_, number) => BigInt(1 + (number % 7)))
        const batch = amounts.map((amount) =>
          account.transfer(chainId, to.id, amount, { validUntil: 1_000n }),
        )
        await senders[index]?.send(batch)
      }
    }),
  )
}

const replay = (name: string) =>
  auditChain(network.network, storeLedger({ verify }), held.get(name) ?? new Map())

describe('a network under load', () => {
  it('goes on without a Messagenode and a validator, and takes both in again', async () => {
    await sendBatches(2)
    const underWay = sendBatches(2)
    await network.kill('messagenode-2', 'validator-3')
    // What is under way may well fit into the one block that is being decided now.
    const { height } = await network.status('validator-1')
    let sealed = 0
    await eventually(
      `height ${height} is sealed without them`,
      async () => {
        sealed = (await network.status('validator-1')).sealedHeight
        return sealed >= height || undefined
      },
      { seen: () => `sealed is ${sealed}` },
    )
    await network.start('messagenode-2', 'validator-3')
    await underWay
    await sendBatches(1)
    held = await settledFeeds(network, { timeoutMs: 60_000 })
  }, 150_000)

  it('has no fork: the feeds on all disks are one chain each, and nothing in them is refuted', async () => {
    expect(forksBetween([...held.values()])).toEqual([])
    for (const name of [...network.messagenodes, 'validator-3']) {
      expect(await faultsIn(network.network, held.get(name) ?? new Map())).toEqual([])
    }
  })

  it('sealed every acknowledged transaction once, hundreds to a block, each account in its order', () => {
    const acknowledged = senders.flatMap((sender) => sender.acknowledged)
    expect(acknowledged).toHaveLength(accounts.length * 5 * BATCH_SIZE)
    for (const name of network.messagenodes) {
      const { blocks } = replay(name)
      const sealed = blocks.flatMap(({ transactions }) => transactions)
      expect(sealed).toHaveLength(acknowledged.length)
      expect(new Set(sealed.map(({ hash }) => hash))).toEqual(new Set(acknowledged))
      expect(sealed.filter(({ code }) => code !== 0)).toEqual([])
      expect(Math.max(...blocks.map(({ transactions }) => transactions.length))).toBeGreaterThanOrEqual(200)
      const place = new Map(sealed.map(({ hash }, index) => [hash, index]))
      for (const { acknowledged: own } of senders) {
        const places = own.map((hash) => place.get(hash) ?? -1)
        expect(places).toEqual([...places].sort((a, b) => a - b))
      }
    }
  })

  it('conserved what there is', () => {
    const { state, blocks } = replay('messagenode-2')
    const ledger = storeLedger({ verify })
    const balances = accounts.map(({ id }) =>
      BigInt((ledger.query(state, `accounts/${id}`) as { balance: string }).balance),
    )
    const fees = BigInt(blocks.flatMap(({ transactions }) => transactions).length)
    expect(balances.reduce((sum, balance) => sum + balance, fees)).toBe(GENESIS * BigInt(accounts.length))
    // Everyone sent what everyone received: only the fees are gone.
    expect(new Set(balances)).toEqual(new Set([GENESIS - fees / BigInt(accounts.length)]))
  })

  it('proves a sample of all of it to a process that holds the network file alone', async () => {
    const acknowledged = senders.flatMap((sender) => sender.acknowledged)
    const step = Math.ceil(acknowledged.length / PROOFS)
    const sample = acknowledged.filter((_, index) => index % step === 0)
    // From the Messagenode that was away: what it missed it proves like all others.
    const { proofs, executed } = await verifyElsewhere(network, network.client(['messagenode-2']), sample)
    expect({ proofs, executed }).toEqual({ proofs: sample.length, executed: sample.length })
  })
})
