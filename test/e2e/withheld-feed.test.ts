import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { addressOf, LiveMembership } from '../../plugins/registry-admission/index.js'
import { encodeBody, type FeedId } from '../../src/feeds/index.js'
import { type Link, type LinkEvent, openLink } from '../../src/node/link.js'
import { type Member, registryFrom } from '../../src/roles/index.js'
import { type MemberNode, MemberNodes, roleOf } from '../support/member-nodes.js'
import { testNetwork } from '../support/network.js'
import { type RawLink, type RawPeer, rawPeer, type RawStream } from '../support/raw-peer.js'
import { signedChain } from '../support/signed-feed.js'
import { pause, waitUntil } from '../support/wait-until.js'

/**
 * An admitted member claims to hold far more of a feed than there is, sends none of it, and keeps its link busy with
 * another feed, so that nothing looks slow. It starves nobody, neither in replication nor in catching up.
 */
const CLAIMED = 1_000_000
const PERIOD_MS = 100

let cluster: MemberNodes
let author: MemberNode
let victim: Link
let relay: RawPeer
let lie: FeedId
let path: string
const events: LinkEvent[] = []

/** Messages go out at this pace, and the victim's delay with each is measured. */
const delaysOf = async (count: number): Promise<number[]> => {
  const lane = roleOf(author.member, 'transaction-validator')
  const base = author.substrate.tip(lane.id)?.sequence ?? 0
  const departures: number[] = []
  const delays: number[] = []
  const stop = victim.substrate.onMessage((message) => {
    const since = departures[message.sequence - base - 1]
    if (message.author === lane.id && since !== undefined) delays.push(performance.now() - since)
  })
  for (let index = 0; index < count; index++) {
    departures.push(performance.now())
    const body = { type: 'transaction', transactions: [new Uint8Array([index])] } as const
    await author.substrate.publish(lane, encodeBody(body))
    await pause(PERIOD_MS)
  }
  await waitUntil('every message came', () => delays.length === count, 20_000)
  stop()
  return delays
}

beforeEach(async () => {
  events.length = 0
  cluster = new MemberNodes(testNetwork({ validators: 2, messagenodes: 1 }))
  author = await cluster.start('validator-1')
  lie = roleOf(author.member, 'transaction-validator').id
  path = await mkdtemp(join(tmpdir(), 'blockfin-victim-'))
  victim = await openLink({
    path,
    main: cluster.member('messagenode-1').owner,
    membership: new LiveMembership(cluster.registry()),
    networkKey: cluster.network.network.networkKey,
    faultyMessagenodes: 0,
    chainId: cluster.network.network.chainId,
    epochAt: () => cluster.network.network.genesis.number,
    ownFeeds: [],
    onConflict: () => undefined,
    onFailed: () => undefined,
    onWrite: () => undefined,
    listen: { host: '127.0.0.1', port: 0 },
    follow: [],
    onConnected: (peer) => void victim.catchUpFrom(peer, [lie], 10).catch(() => undefined),
    onEvent: (event) => events.push(event),
  })
  await victim.dial()
})

afterEach(async () => {
  await relay.close()
  await victim.substrate.close()
  await cluster.close()
  await rm(path, { recursive: true, force: true, maxRetries: 10 })
})

const addressOfVictim = (): string => addressOf(victim.substrate.id, victim.substrate.address)

const joinAuthor = async (): Promise<void> => {
  const members = cluster.network.network.members.map((member): Member => {
    const ssb = member.name === 'messagenode-1' ? victim.substrate.address : null
    return { ...member, addresses: { ssb, http: null } }
  })
  author.membership.update(registryFrom(0, members))
  await author.ssb.dialler.start()
}

/** Claims through replication, and goes on sending its own main feed, a message each second. */
const joinLiar = async (): Promise<{ link: RawLink; stream: RawStream; stop: () => void }> => {
  const { owner } = cluster.member('validator-2')
  relay = rawPeer(owner, cluster.network.network.networkKey, {
    tips: (feeds, callback) => {
      const key = `%${'A'.repeat(43)}=.sha256`
      const tips = (feeds as FeedId[]).map((feed) => ({ feed, sequence: CLAIMED, key }))
      ;(callback as (error: null, value: unknown) => void)(null, tips)
    },
    // No answer: the call hangs until its time is out.
    range: () => undefined,
  })
  const link = await relay.connect(addressOfVictim())
  const stream = link.stream('ebt.replicate', { version: 3 })
  await waitUntil('the victim told its clock', () => stream.received.length > 0)
  const chatter = signedChain(owner, 100)
  stream.send({ [lie]: (CLAIMED << 1) | 1, [owner.id]: (100 << 1) | 1 })
  let next = 0
  const timer = setInterval(() => stream.send(chatter[next++]?.value), 1000)
  return { link, stream, stop: () => clearInterval(timer) }
}

it('a relay that withholds a feed and lies about its clock does not starve replication', async () => {
  const liar = await joinLiar()
  await joinAuthor()
  // Until the liar has lost its turn, the range brings what replication does not.
  const first = await delaysOf(80)
  console.log(
    first.map(Math.round).join(),
    JSON.stringify(events.filter(({ name }) => name === 'stall' || name === 'refused-message')),
  )
  expect(Math.max(...first)).toBeLessThan(6_000)
  expect(liar.link.closed).toBe(false)
  const later = await delaysOf(20)
  expect(Math.max(...later)).toBeLessThan(1_000)
  liar.stop()
})

it('nor a node that catches up', async () => {
  const lane = roleOf(author.member, 'transaction-validator')
  const bodies = Array.from({ length: 600 }, (_, index) =>
    encodeBody({ type: 'transaction', transactions: [new Uint8Array([index & 255])] }),
  )
  await Promise.all(bodies.map((body) => author.substrate.publish(lane, body)))
  const liar = await joinLiar()
  await joinAuthor()
  await waitUntil('the victim caught up', () => victim.substrate.tip(lane.id)?.sequence === 600, 9_000)
  liar.stop()
})
