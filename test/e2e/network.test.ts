import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { FEED_TYPES } from '../../plugins/feed-requests/index.js'
import type { TransactionStatus } from '../../src/api/index.js'
import type { Hash } from '../../src/feeds/index.js'
import { type LedgerState, storeLedger, transactionHash } from '../../src/ledger/index.js'
import { verify } from '../../src/node/verify.js'
import { utf8 } from '../../src/util/index.js'
import { TestAccount } from '../support/account.js'
import {
  auditChain,
  type AuditedChain,
  faultsIn,
  forksBetween,
  type HeldFeeds,
  LiveNetwork,
  messagesOf,
  readAll,
  type SettledFeeds,
  settledFeeds,
  tipsOf,
  verifyElsewhere,
} from '../support/live-network/index.js'
import { pause } from '../support/wait-until.js'

/** A whole network of real processes: 4 validators and 3 Messagenodes, as `npm start` runs them. */
const alice = new TestAccount('alice')
const bob = new TestAccount('bob')
const GENESIS = new Map([
  [alice.id, 1_000n],
  [bob.id, 1_000n],
])
const VALIDATORS = 4
const MESSAGENODES = 3
const RECORDS = 8

let network: LiveNetwork

beforeAll(async () => {
  network = await LiveNetwork.create({ balances: GENESIS })
  await network.start()
  await network.ready()
})

afterAll(() => network.close())

const feedsOf = (held: SettledFeeds, name: string): HeldFeeds => held.get(name) ?? new Map()
const audit = (feeds: HeldFeeds): AuditedChain<LedgerState> =>
  auditChain(network.network, storeLedger({ verify }), feeds)
const allTips = (held: SettledFeeds) => [...held].map(([name, feeds]) => [name, tipsOf(feeds)])

describe('a network of 4 validators and 3 Messagenodes', () => {
  const sent: TransactionStatus[] = []
  let held: SettledFeeds

  it('seals what clients send through any validator, with the result of each', async () => {
    const { chainId } = network.network
    const send = async (bytes: Uint8Array, validator: number) => {
      const client = network.client([network.validators[validator] ?? ''])
      const { hash } = await client.submit(bytes)
      sent.push(await client.waitFor(hash as Hash, 'sealed'))
      return sent.at(-1)
    }
    for (let number = 0; number < RECORDS; number++) {
      const bytes = alice.record(chainId, utf8(`record ${number}`))
      expect(await send(bytes, 0)).toMatchObject({ state: 'sealed', result: { outcome: 'executed' } })
    }
    const transfer = alice.transfer(chainId, bob.id, 30n)
    expect(await send(transfer, 0)).toMatchObject({ state: 'sealed', result: { outcome: 'executed' } })
    expect(await send(bob.transfer(chainId, alice.id, 7n), 1)).toMatchObject({ result: { code: 0 } })
    // While no Messagenode carries it on, a validator cannot know of another's transaction of the same nonce.
    const nonce = bob.nonce++
    for (const name of network.messagenodes) network.process(name).freeze()
    const conflicting = await Promise.all(
      ['validator-3', 'validator-4'].map((name, index) =>
        network.client([name]).submit(bob.transfer(chainId, alice.id, BigInt(1 + index), { nonce })),
      ),
    )
    for (const name of network.messagenodes) network.process(name).thaw()
    const results = await Promise.all(
      conflicting.map(({ hash }) => network.client(network.validators).waitFor(hash as Hash)),
    )
    expect(results.map(({ result }) => result?.outcome).sort()).toEqual(['executed', 'failed'])
    expect(results.find(({ result }) => result?.outcome === 'failed')?.result?.name).toBe('wrong-nonce')
    sent.push(...results)
    held = await settledFeeds(network)
  })

  it('leaves all nine types of feed in the data directories', () => {
    for (const name of network.messagenodes) {
      const types = messagesOf(feedsOf(held, name)).map(({ body }) => body.type)
      expect(new Set(types)).toEqual(new Set(['identity', 'contact', ...FEED_TYPES]))
    }
    for (const name of network.validators) {
      const types = messagesOf(feedsOf(held, name)).map(({ body }) => body.type)
      expect(new Set(types)).toEqual(new Set(['identity', 'contact', ...FEED_TYPES]))
    }
  })

  it('holds nothing that the network file refutes, and no fork', async () => {
    expect(forksBetween([...held.values()])).toEqual([])
    for (const feeds of held.values()) expect(await faultsIn(network.network, feeds)).toEqual([])
  })

  it('ends everywhere at the height and state that the feeds give when they are replayed', async () => {
    const { blocks, state } = audit(feedsOf(held, 'messagenode-1'))
    const last = blocks.at(-1)
    for (const name of network.nodes) {
      const { header, stateRoot, stage } = await network.client([name]).block('latest')
      expect([name, header.height, header.block, stateRoot, stage]).toEqual([
        name,
        last?.height,
        last?.block,
        last?.stateRoot,
        'sealed',
      ])
    }
    const sealed = blocks.flatMap(({ height, transactions }) =>
      transactions.map(({ hash, code }, position) => ({ hash, code, height, position })),
    )
    const answered = sent.map(({ hash, block, result }) => ({ hash, code: result?.code, ...block }))
    expect(sealed).toHaveLength(sent.length)
    expect(sealed).toEqual(expect.arrayContaining(answered))
    const ledger = storeLedger({ verify })
    const fees = BigInt(sealed.filter(({ code }) => code === 0).length)
    const balances = [alice, bob].map(
      ({ id }) => ledger.query(state, `accounts/${id}`) as { balance: string },
    )
    expect(balances.reduce((sum, { balance }) => sum + BigInt(balance), fees)).toBe(2_000n)
  })

  it('writes 1 + 3n + 4m messages for a block, and one for each batch of transactions', () => {
    const { blocks } = audit(feedsOf(held, 'messagenode-1'))
    const bodies = messagesOf(feedsOf(held, 'messagenode-1')).map(({ body }) => body)
    const counts = blocks
      // A busy machine may make a round run out of time; then there are two.
      .filter(({ round }) => round === 0)
      .map(({ height }) => bodies.filter((body) => 'height' in body && body.height === height).length)
    const full = 1 + 3 * VALIDATORS + 4 * MESSAGENODES
    // A validator that was late may decide on what others precommitted, and then says less.
    const median = [...counts].sort((a, b) => a - b)[Math.floor(counts.length / 2)]
    expect(median).toBe(full)
    expect(Math.max(...counts)).toBe(full)
    expect(bodies.filter(({ type }) => type === 'transaction')).toHaveLength(sent.length)
  })

  it('proves every transaction to a process that holds the network file alone', async () => {
    const hashes = sent.map(({ hash }) => hash as Hash)
    const { checked, executed, failed } = await verifyElsewhere(
      network,
      network.client(network.messagenodes),
      hashes,
    )
    expect({ executed, failed }).toEqual({ executed: sent.length - 1, failed: 1 })
    const expected = sent.map(({ hash, result }) => ({ hash, code: result?.code, name: result?.name }))
    expect(checked.map(({ hash, code, name }) => ({ hash, code, name }))).toEqual(expected)
  })

  it('is silent when idle: no feed grows', async () => {
    await pause(3_000)
    expect(allTips(await readAll(network))).toEqual(allTips(held))
  })
})

describe('the same network, all of it killed at once', () => {
  it('starts again and goes on where it was', async () => {
    const { chainId } = network.network
    const before = await settledFeeds(network)
    const { blocks } = audit(feedsOf(before, 'messagenode-1'))
    const last = alice.record(chainId, utf8('acknowledged just before the end'))
    const client = network.client(['validator-1'])
    await client.submit(last)
    await network.kill()
    await network.start()
    await network.ready()
    await client.submit(alice.record(chainId, utf8('the first after it')))
    const status = await client.waitFor(transactionHash(last), 'sealed')
    expect(status).toMatchObject({ state: 'sealed', result: { outcome: 'executed' } })
    const after = await settledFeeds(network)
    expect(forksBetween([...before.values(), ...after.values()])).toEqual([])
    for (const feeds of after.values()) expect(await faultsIn(network.network, feeds)).toEqual([])
    const replayed = audit(feedsOf(after, 'messagenode-2')).blocks
    expect(replayed.slice(0, blocks.length)).toEqual(blocks)
    expect(replayed.slice(blocks.length).flatMap(({ transactions }) => transactions)).toHaveLength(2)
  })

  it('closes when it is asked to', async () => {
    const before = await readAll(network)
    const codes = await Promise.all(network.nodes.map((name) => network.process(name).close()))
    expect(codes).toEqual(network.nodes.map(() => 0))
    expect(allTips(await readAll(network))).toEqual(allTips(before))
  })
})
