import { connect, type Socket } from 'node:net'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type MemberNode, MemberNodes } from '../support/member-nodes.js'
import { testNetwork } from '../support/network.js'
import { type RawLink, type RawPeer, rawPeer } from '../support/raw-peer.js'
import { waitUntil } from '../support/wait-until.js'

/** Connections to the SSB port that never say whose they are, from addresses of their own, beside an honest member. */
const HANDSHAKE_MS = 600
const PER_ADDRESS = 8
const UNKNOWN = 20
const FAILURES = 40
const cluster = new MemberNodes(testNetwork({ validators: 1, messagenodes: 1, observers: 2 }))
const sockets: Socket[] = []
const peers: RawPeer[] = []
let node: MemberNode
let honest: RawLink

const member = async (name: string): Promise<RawLink> => {
  const peer = rawPeer(cluster.member(name).owner, cluster.network.network.networkKey)
  peers.push(peer)
  return peer.connect(node.ssb.getAddress() ?? '')
}

/** A socket from one of the addresses of this machine, and whether the other side has closed it. */
const knock = (localAddress: string) => {
  const socket = connect({ host: '127.0.0.1', port: node.ssb.port, localAddress })
  socket.on('error', () => undefined)
  sockets.push(socket)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return { socket, closed }
}

beforeAll(async () => {
  node = await cluster.start('messagenode-1', {
    door: {
      handshakeMs: HANDSHAKE_MS,
      unknown: UNKNOWN,
      unknownPerAddress: PER_ADDRESS,
      failures: { perSecond: 1, burst: FAILURES, names: 100 },
    },
  })
  honest = await member('observer-1')
})

afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  await Promise.all(peers.map((peer) => peer.close()))
  await cluster.close()
})

describe('a connection that does not say whose it is', () => {
  it('is bounded in number, from one address and from many, and others get in meanwhile', async () => {
    for (let count = 0; count < 3 * PER_ADDRESS; count++) knock('127.0.0.2')
    await waitUntil('the last of them is there', () => node.ssb.doorkeeper.counts().failed >= 2 * PER_ADDRESS)
    expect(node.ssb.doorkeeper.counts().unknown).toBeLessThanOrEqual(PER_ADDRESS)
    for (let host = 3; host < 3 + 2 * UNKNOWN; host++) knock(`127.0.0.${host}`)
    await waitUntil('those, too', () => node.ssb.doorkeeper.counts().failed >= 2 * PER_ADDRESS + UNKNOWN)
    expect(node.ssb.doorkeeper.counts().unknown).toBeLessThanOrEqual(UNKNOWN)
    const late = await member('observer-2')
    expect(await late.call('blockfin.tips', [])).toEqual([])
    expect(honest.closed).toBe(false)
  })

  it('is closed in time, though it sends a byte now and then', async () => {
    const since = performance.now()
    const { socket, closed } = knock('127.0.1.1')
    const drip = setInterval(() => socket.write(Buffer.of(1)), HANDSHAKE_MS / 8)
    await closed
    clearInterval(drip)
    expect(performance.now() - since).toBeLessThan(4 * HANDSHAKE_MS)
    await waitUntil('nobody waits', () => node.ssb.doorkeeper.counts().unknown === 0)
  })

  it('is turned away unheard once too many of its address have failed, and nobody else is', async () => {
    const junk = Buffer.alloc(64, 7)
    const before = node.ssb.doorkeeper.counts().turnedAway
    for (let count = 0; count < FAILURES + 20; count++) {
      const { socket, closed } = knock('127.0.2.1')
      socket.end(junk)
      await closed
    }
    expect(node.ssb.doorkeeper.counts().turnedAway - before).toBeGreaterThanOrEqual(10)
    expect(await honest.call('blockfin.tips', [])).toEqual([])
    expect((await member('observer-2')).closed).toBe(false)
  })
})

describe('a member', () => {
  it('has two connections at most, the newest, and may not come back all the time', async () => {
    const { owner } = cluster.member('observer-2')
    const results = await Promise.allSettled(Array.from({ length: 40 }, () => member('observer-2')))
    expect(results.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(10)
    expect(node.refused.some(({ peer, code }) => peer === owner.id && code === 'reconnects-too-often')).toBe(
      true,
    )
    await waitUntil('two are left', () => (node.ssb.peers[owner.id] ?? []).length <= 2)
    expect(node.substrate.peers()).toContain(owner.id)
    expect(await honest.call('blockfin.tips', [])).toEqual([])
  })
})
