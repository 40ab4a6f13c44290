import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { FEED_TYPES, type FeedType } from '../../plugins/feed-requests/index.js'
import { type FeedId, type FeedMessage, messageKeyOfValue } from '../../src/feeds/index.js'
import { ROLE_MESSAGES, type RoleIdentity } from '../../src/roles/index.js'
import { areLinked, holds, type MemberNode, MemberNodes } from '../support/member-nodes.js'
import { testNetwork } from '../support/network.js'
import { startStockServer, type StockServer } from '../support/stock-ssb-server.js'
import { waitUntil } from '../support/wait-until.js'

/**
 * Plain SSB among our peers: a stock ssb-server 16, admitted as observer of one Messagenode, that knows of us only
 * what ordinary contact messages tell it.
 */
const cluster = new MemberNodes(testNetwork({ validators: 1, messagenodes: 2, observers: 2 }))
const MESSAGES_PER_FEED = 3
/** Messagenode, its validators, their role feeds. */
const HOPS = 3
const published: FeedMessage[] = []
let folder: string
let stock: StockServer
let [validator, messagenode1, messagenode2]: MemberNode[] = []

const feedTypeOf = ({ role }: RoleIdentity): FeedType => {
  const type = FEED_TYPES.find((candidate) => ROLE_MESSAGES[role].includes(candidate))
  if (type === undefined) throw new Error(`${role} fills no feed`)
  return type
}

const publishInEveryFeed = async (node: MemberNode): Promise<void> => {
  for (const role of node.member.roles) {
    for (let index = 0; index < MESSAGES_PER_FEED; index++) {
      published.push(await node.substrate.publish(role, { type: feedTypeOf(role), data: { index } }))
    }
  }
}

/** Waits for a state of the other process, asking it again and again. */
const stockHolds = async (what: string, messages: readonly FeedMessage[]): Promise<void> => {
  let clock: Readonly<Partial<Record<FeedId, number>>> = {}
  let asking = false
  const ask = () => {
    if (asking) return
    asking = true
    void stock.clock().then((answer) => {
      clock = answer
      asking = false
    })
  }
  await waitUntil(
    what,
    () => {
      ask()
      return messages.every(({ author, sequence }) => (clock[author] ?? 0) >= sequence)
    },
    30_000,
  )
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blockfin-stock-'))
  validator = await cluster.start('validator-1')
  messagenode1 = await cluster.start('messagenode-1')
  messagenode2 = await cluster.start('messagenode-2')
  const [v1, m1, m2] = [validator, messagenode1, messagenode2]
  await cluster.link()
  await waitUntil('our nodes are linked', () => areLinked(v1, m1) && areLinked(v1, m2) && areLinked(m1, m2))
  await cluster.publishContacts()
  for (const node of [v1, m1, m2]) await publishInEveryFeed(node)

  const { owner } = cluster.member('observer-1')
  stock = await startStockServer({
    path: folder,
    keys: owner,
    networkKey: cluster.network.network.networkKey,
    hops: HOPS,
  })
})

afterAll(async () => {
  await stock?.stop()
  await cluster.close()
  await rm(folder, { recursive: true, force: true })
})

describe('a stock ssb-server, observer of one Messagenode', () => {
  it('ends up with all nine feed types of every member, as they were signed', async () => {
    await stock.follow(cluster.node('messagenode-1').id)
    await stock.connect(cluster.node('messagenode-1').ssb.getAddress() ?? '')
    await stockHolds('everything published so far', published)

    const types = new Set<unknown>()
    const authors = [...new Set(published.map(({ author }) => author))]
    expect(authors).toHaveLength(4 + 5 + 5)
    for (const author of authors) {
      const values = await stock.messages(author)
      const expected = published.filter((message) => message.author === author)
      expect(values.map(messageKeyOfValue)).toEqual(expected.map(({ key }) => key))
      for (const { content } of values) types.add((content as { type: unknown }).type)
    }
    expect([...types].sort()).toEqual([...FEED_TYPES].sort())
  })

  it('is connected to that Messagenode only', () => {
    expect(cluster.node('messagenode-1').substrate.peers()).toContain(stock.id)
    expect(cluster.node('messagenode-2').substrate.peers()).not.toContain(stock.id)
    expect(cluster.node('validator-1').substrate.peers()).not.toContain(stock.id)
  })

  it('receives what is published from now on', async () => {
    const node = cluster.node('validator-1')
    const [lane] = node.member.roles
    if (!lane) throw new Error('a validator has roles')
    const live = await node.substrate.publish(lane, { type: 'transaction', data: { live: true } })
    published.push(live)
    await stockHolds('the live message', [live])
  })

  it('passes our feeds on to a node of ours that reaches nobody else', async () => {
    const observer = await cluster.start('observer-2', { follow: [] })
    await stock.connect(observer.ssb.getAddress() ?? '')
    await waitUntil(
      'everything arrived through it',
      () => published.every((message) => holds(observer, message)),
      30_000,
    )
    expect(observer.substrate.peers()).toEqual([stock.id])
  })

  it('is refused by a validator, and by everybody once it is no member', async () => {
    await expect(stock.connect(cluster.node('validator-1').ssb.getAddress() ?? '')).rejects.toThrow()
    const m1 = cluster.node('messagenode-1')
    m1.membership.update(cluster.registry(['observer-1']))
    await waitUntil('it is disconnected', () => !m1.substrate.peers().includes(stock.id))
    await expect(stock.connect(m1.ssb.getAddress() ?? '')).rejects.toThrow()
  })
})
