import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { generateNodeIdentity } from '../../src/roles/index.js'
import { type MemberNode, MemberNodes, roleOf } from '../support/member-nodes.js'
import { testNetwork } from '../support/network.js'
import { type RawLink, type RawPeer, rawPeer } from '../support/raw-peer.js'
import { packet, type RawSocket, rawSocket } from '../support/raw-socket.js'
import { waitUntil } from '../support/wait-until.js'

/** An admitted member that tries to make a node keep things for it, while another member is served. */
const cluster = new MemberNodes(testNetwork({ validators: 1, messagenodes: 1, observers: 2 }))
const { networkKey } = cluster.network.network
const faults: string[] = []
const sockets: RawSocket[] = []
let node: MemberNode
let honestPeer: RawPeer
let honest: RawLink

const hostile = async (options?: { reads: boolean }): Promise<RawSocket> => {
  const { owner } = cluster.member('observer-2')
  const socket = await rawSocket(node.ssb.getAddress() ?? '', owner, networkKey, options)
  sockets.push(socket)
  faults.length = 0
  return socket
}

beforeAll(async () => {
  node = await cluster.start('messagenode-1', { onFault: ({ code }) => faults.push(code) })
  honestPeer = rawPeer(cluster.member('observer-1').owner, networkKey)
  honest = await honestPeer.connect(node.ssb.getAddress() ?? '')
})

afterAll(async () => {
  for (const socket of sockets) socket.close()
  await honestPeer.close()
  await cluster.close()
})

const REPLICATE = '{"name":["ebt","replicate"],"type":"duplex","args":[{"version":3}]}'
const PING = '{"name":["gossip","ping"],"type":"duplex","args":[{}]}'

const isServed = async (): Promise<void> => {
  expect(await honest.call('blockfin.tips', [])).toEqual([])
  expect(honest.closed).toBe(false)
}

describe('a hostile member', () => {
  it('announces a packet that would fill the memory', async () => {
    const socket = await hostile()
    const head = Buffer.from(packet('request', 1, '""'))
    head.writeUInt32BE(0xffff_ffff, 1)
    socket.send(head)
    await waitUntil('it is disconnected', () => socket.closed)
    expect(faults).toEqual(['oversized-packet'])
    await isServed()
  })

  it('opens streams without end', async () => {
    const socket = await hostile()
    for (let request = 1; request <= 100; request++) socket.send(packet('stream', request, PING))
    await waitUntil('it is disconnected', () => socket.closed)
    expect(faults).toEqual(['too-many-streams'])
    await isServed()
  })

  it('asks and does not read the answers', async () => {
    const socket = await hostile({ reads: false })
    const feeds = Array.from({ length: 2048 }, () => generateNodeIdentity().id)
    const request = JSON.stringify({ name: ['blockfin', 'tips'], type: 'async', args: [feeds] })
    let asked = 0
    const isDisconnected = (): boolean => {
      for (let count = 0; count < 8; count++) socket.send(packet('request', ++asked, request))
      return faults.length > 0
    }
    // Until 64 MiB wait to be sent: on a busy machine that takes its time.
    await waitUntil('it is disconnected', isDisconnected, 60_000)
    expect(faults).toEqual(['unread-backlog'])
    await waitUntil(
      'nothing of it is left',
      () => !node.substrate.peers().includes(cluster.member('observer-2').owner.id),
      60_000,
    )
    await isServed()
  })

  it('sends notes of feeds that nobody has, which are forgotten, and of others, which are not', async () => {
    const socket = await hostile()
    socket.send(packet('stream', 1, REPLICATE))
    const { owner } = cluster.member('observer-2')
    const lane = roleOf(cluster.member('validator-1'), 'transaction-validator').id
    const notes = (feeds: readonly string[]) =>
      JSON.stringify(Object.fromEntries(feeds.map((feed) => [feed, 2])))
    const feeds = Array.from({ length: 3000 }, () => generateNodeIdentity().id)
    for (let at = 0; at < feeds.length; at += 500) {
      socket.send(packet('stream', 1, notes(feeds.slice(at, at + 500))))
    }
    socket.send(packet('stream', 1, notes([lane])))
    const knows = (feed: string) =>
      node.ssb.ebt.peerStatus(feed as typeof lane).peers[owner.id]?.seq !== undefined
    await waitUntil('the last is read', () => knows(lane))
    expect(feeds.filter(knows)).toHaveLength(2048)
    socket.send(packet('stream', 1, '[]'))
    await waitUntil('what has not the form of notes ends the connection', () => socket.closed)
    expect(faults).toEqual(['packet-handler-failed'])
    await isServed()
  })

  it('sends packets for streams that do not exist, which go nowhere', async () => {
    const socket = await hostile()
    for (let request = 1; request <= 20; request++) {
      socket.send(packet('stream', -request, '{"stray":true}'))
      socket.send(packet('request', -request, '{"stray":true}'))
    }
    const asked = await honest.call('blockfin.tips', [])
    expect(asked).toEqual([])
    expect([faults, socket.closed]).toEqual([[], false])
  })
})

describe('a feed that is no longer requested', () => {
  it('is no longer sent by peers, and is caught up with when it is requested again', async () => {
    const validator = await cluster.start('validator-1')
    await cluster.link()
    const lane = roleOf(validator.member, 'transaction-validator')
    const say = () => validator.substrate.publish(lane, { type: 'transaction', data: {} })
    const sequenceHere = () => node.substrate.tip(lane.id)?.sequence ?? 0
    await say()
    await waitUntil('the first is here', () => sequenceHere() === 1)
    const receiving = () => validator.ssb.ebt.peerStatus(lane.id).peers[node.id]?.replicating?.tx
    expect(receiving()).toBe(true)

    node.ssb.feedRequests.pause(lane.id)
    await waitUntil('the author is told', () => receiving() === false)
    await say()
    const other = roleOf(validator.member, 'sealer')
    await validator.substrate.publish(other, { type: 'seal', data: {} })
    await waitUntil(
      'a later message of another feed is here',
      () => node.substrate.tip(other.id)?.sequence === 1,
    )
    expect(sequenceHere()).toBe(1)

    node.ssb.feedRequests.resume(lane.id)
    await waitUntil('the second is here', () => sequenceHere() === 2)
    await say()
    await waitUntil('the third is here', () => sequenceHere() === 3)
    node.ssb.feedRequests.pause(lane.id)
    await waitUntil('the author is told again', () => receiving() === false)
    node.ssb.feedRequests.resume(lane.id)
    await waitUntil('it is asked for again, though it has no more', () => receiving() === true)
    await say()
    await waitUntil('the fourth is here', () => sequenceHere() === 4)

    node.ssb.feedRequests.rest(lane.id, 60_000)
    await waitUntil('the author is told that it rests', () => receiving() === false)
    node.ssb.feedRequests.rest(lane.id, 100)
    await waitUntil('it is asked for again once the time is over', () => receiving() === true)
    node.ssb.feedRequests.pause(lane.id)
    node.ssb.feedRequests.rest(lane.id, 60_000)
    await waitUntil('the author is told of either', () => receiving() === false)
    node.ssb.feedRequests.wake(lane.id)
    expect(node.ssb.feedRequests.requested()).not.toContain(lane.id)
    node.ssb.feedRequests.resume(lane.id)
    await say()
    await waitUntil('the fifth is here', () => sequenceHere() === 5)
  })
})
