import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Hash } from '../../src/feeds/index.js'
import { storeLedger } from '../../src/ledger/index.js'
import { verify } from '../../src/node/verify.js'
import { feedsOf } from '../../src/roles/index.js'
import { utf8 } from '../../src/util/index.js'
import { TestAccount } from '../support/account.js'
import {
  auditChain,
  faultsIn,
  forksBetween,
  LiveNetwork,
  messagesOf,
  readHeldFeeds,
  runCommand,
  settledFeeds,
} from '../support/live-network/index.js'

/** A Messagenode that was away, and an observer that was never there before. */
const alice = new TestAccount('alice')
/** More than the window in which votes are counted. */
const MISSED_BLOCKS = 24

let network: LiveNetwork

beforeAll(async () => {
  network = await LiveNetwork.create({
    validators: 2,
    messagenodes: 3,
    observers: 1,
    balances: new Map([[alice.id, 1_000n]]),
  })
  await network.start()
  await network.ready()
})

afterAll(() => network.close())

const sealRecord = async (): Promise<number> => {
  const client = network.client(['validator-1'])
  const bytes = alice.record(network.network.chainId, utf8(`record ${alice.nonce}`))
  const { hash } = await client.submit(bytes)
  const { block } = await client.waitFor(hash as Hash, 'sealed')
  return block?.height ?? 0
}

const audit = async (name: string) =>
  auditChain(network.network, storeLedger({ verify }), await readHeldFeeds(network.dataDirectory(name)))

const assemblerFeed = (name: string) =>
  feedsOf(network.member(name)).find(([role]) => role === 'block-assembler')?.[1] ?? ''

describe('a Messagenode that was away for many blocks', () => {
  it('catches up, and assembles again', async () => {
    await sealRecord()
    await network.kill('messagenode-3')
    let missed = 0
    for (let count = 0; count < MISSED_BLOCKS; count++) missed = await sealRecord()
    await network.start('messagenode-3')
    await network.ready('messagenode-3')
    const own = assemblerFeed('messagenode-3')
    const authors = new Set<string>()
    // Each Messagenode is the first assembler of one height in three.
    for (let tries = 0; tries < 12 && !authors.has(own); tries++) {
      await sealRecord()
      const { blocks } = await audit('messagenode-1')
      for (const { assembled } of blocks.slice(missed)) authors.add(assembled.author)
    }
    expect(authors).toContain(own)
  })

  it('ends where the others are', async () => {
    const held = await settledFeeds(network)
    expect(forksBetween([...held.values()])).toEqual([])
    const own = held.get('messagenode-3') ?? new Map()
    expect(await faultsIn(network.network, own)).toEqual([])
    const [mine, others] = [await audit('messagenode-3'), await audit('messagenode-1')]
    expect(mine.blocks).toEqual(others.blocks)
  })
})

describe('a fresh observer', () => {
  it('replicates the feed types that it asked for, and no others', async () => {
    const chosen = messagesOf(await readHeldFeeds(network.dataDirectory('messagenode-1'))).filter(
      ({ body }) => body.type === 'sealed' || body.type === 'committed',
    )
    const directory = network.dataDirectory('observer-1')
    const limit = String(chosen.length)
    const { exitCode, out, err } = await runCommand(
      ['follow', '--dir', directory, '--feeds', 'sealed,committed', '--limit', limit, '--json'],
      { timeoutMs: 60_000 },
    )
    expect({ exitCode, err }).toMatchObject({ exitCode: 0 })
    const printed = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { key: string })
    expect(new Set(printed.map(({ key }) => key))).toEqual(new Set(chosen.map(({ key }) => key)))

    const held = await readHeldFeeds(directory)
    expect(await faultsIn(network.network, held)).toEqual([])
    const types = new Set(messagesOf(held).map(({ body }) => body.type))
    // Main feeds come along: they say who is who.
    expect([...types].sort()).toEqual(['committed', 'contact', 'identity', 'sealed'])
  })
})
