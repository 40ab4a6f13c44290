import { afterAll, beforeAll, expect, it } from 'vitest'

import type { SubmitAnswer } from '../../src/api/index.js'
import type { Hash } from '../../src/feeds/index.js'
import { storeLedger } from '../../src/ledger/index.js'
import { verify } from '../../src/node/verify.js'
import { utf8 } from '../../src/util/index.js'
import { TestAccount } from '../support/account.js'
import {
  auditChain,
  eventually,
  faultsIn,
  forksBetween,
  LiveNetwork,
  readHeldFeeds,
  runCommand,
  settledFeeds,
  tipsOf,
} from '../support/live-network/index.js'

/** Validators that reach no Messagenode: one hangs, the other is gone. */
const alice = new TestAccount('alice')
const bob = new TestAccount('bob')
const BALANCES = new Map([
  [alice.id, 1_000n],
  [bob.id, 1_000n],
])
const WHILE_CUT_OFF = 40

let network: LiveNetwork

beforeAll(async () => {
  network = await LiveNetwork.create({ validators: 2, messagenodes: 2, balances: BALANCES })
  await network.start()
  await network.ready()
})

afterAll(() => network.close())

const records: Uint8Array[] = []
const acknowledged: SubmitAnswer[] = []
const record = (text: string): Uint8Array => {
  records.push(alice.record(network.network.chainId, utf8(text)))
  return records.at(-1) ?? new Uint8Array(0)
}

it('goes on accepting, and says that nobody else holds it yet', async () => {
  const client = network.client(['validator-1'])
  const before = await client.submit(record('before'))
  acknowledged.push(before)
  await client.waitFor(before.hash as Hash, 'sealed')
  await settledFeeds(network)

  network.process('messagenode-1').freeze()
  await network.kill('messagenode-2')
  for (let number = 0; number < WHILE_CUT_OFF / 2; number++) {
    acknowledged.push(await client.submit(record(`alone ${number}`)))
  }
  const batch = Array.from({ length: WHILE_CUT_OFF / 2 }, (_, number) => record(`batch ${number}`))
  for (const entry of (await client.submitBatch(batch)).results) {
    expect(entry).toHaveProperty('status')
    if ('status' in entry) acknowledged.push(entry.status)
  }
  for (const { state, replicated, known } of acknowledged.slice(1)) {
    expect({ state, replicated, known }).toEqual({ state: 'received', replicated: false, known: false })
  }
  const { hash } = acknowledged.at(-1) ?? before
  expect(await client.status(hash as Hash)).toMatchObject({ state: 'received', replicated: false })
  const told = await runCommand([
    'tx',
    'status',
    hash,
    '--network',
    network.networkFile,
    '--node',
    urlOf('validator-1'),
  ])
  expect(told).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining('received, not yet replicated') as string,
  })
})

it('loses nothing that it acknowledged when it is killed, and signs nothing before it knows its own tips', async () => {
  const client = network.client(['validator-1'])
  await network.kill('validator-1')
  await network.start('validator-1')
  const { problems } = await network.status('validator-1')
  expect(problems).toContain('not-ready')
  for (const { hash, place } of acknowledged.slice(1)) {
    expect(await client.status(hash as Hash)).toMatchObject({ state: 'received', replicated: false, place })
  }
  const tips = tipsOf(await readHeldFeeds(network.dataDirectory('validator-1')))
  await expect(client.submit(alice.record(network.network.chainId, utf8('too early'), { nonce: 99n })))
    .rejects //
    .toMatchObject({ code: 'not-ready', data: { status: 503 } })
  // What it holds already it need not sign again.
  expect(await client.submit(records.at(-1) ?? new Uint8Array(0))).toMatchObject({
    state: 'received',
    known: true,
  })
  expect(tipsOf(await readHeldFeeds(network.dataDirectory('validator-1')))).toEqual(tips)
})

it('has all of it assembled, in order and once, when Messagenodes are back', async () => {
  const other = network.client(['validator-2'])
  const meanwhile = await other.submit(bob.record(network.network.chainId, utf8('on the other one')))
  expect(meanwhile).toMatchObject({ state: 'received', replicated: false })
  network.process('messagenode-1').thaw()
  await network.start('messagenode-2')
  await network.ready()
  const everywhere = network.client(network.nodes)
  for (const { hash } of [...acknowledged, meanwhile]) {
    const status = await everywhere.waitFor(hash as Hash, 'sealed')
    expect(status).toMatchObject({ state: 'sealed', replicated: true, result: { outcome: 'executed' } })
  }
  const held = [...(await settledFeeds(network)).values()]
  expect(forksBetween(held)).toEqual([])
  for (const feeds of held) expect(await faultsIn(network.network, feeds)).toEqual([])
  for (const feeds of held) {
    const { blocks } = auditChain(network.network, storeLedger({ verify }), feeds)
    const sealed = blocks.flatMap(({ transactions }) => transactions.map(({ hash }) => hash))
    expect(sealed.filter((hash) => hash !== meanwhile.hash)).toEqual(acknowledged.map(({ hash }) => hash))
    expect(sealed).toHaveLength(acknowledged.length + 1)
  }
})

it('takes transactions again', async () => {
  const client = network.client(['validator-1'])
  const { hash } = await eventually('it accepts', () => client.submit(record('after')))
  expect(await client.waitFor(hash as Hash, 'sealed')).toMatchObject({ result: { outcome: 'executed' } })
})

const urlOf = (name: string): string => network.member(name).addresses.http ?? ''
