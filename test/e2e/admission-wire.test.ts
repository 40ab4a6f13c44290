import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type MemberNode, MemberNodes } from '../support/member-nodes.js'
import { testNetwork } from '../support/network.js'
import { type RawLink, type RawPeer, rawPeer } from '../support/raw-peer.js'
import { packet, type RawSocket, rawSocket } from '../support/raw-socket.js'
import { waitUntil } from '../support/wait-until.js'

/** An admitted observer, the least of members, sends bytes that no honest peer would (D11). */
const cluster = new MemberNodes(testNetwork({ validators: 1, messagenodes: 1, observers: 2 }))
const { networkKey } = cluster.network.network
const faults: string[] = []
let node: MemberNode
let honestPeer: RawPeer
let honest: RawLink
let socket: RawSocket | undefined

beforeAll(async () => {
  node = await cluster.start('messagenode-1', { onFault: ({ code }) => faults.push(code) })
  honestPeer = rawPeer(cluster.member('observer-1').owner, networkKey)
  honest = await honestPeer.connect(node.ssb.getAddress() ?? '')
})

afterAll(async () => {
  socket?.close()
  await honestPeer.close()
  await cluster.close()
})

const REPLICATE = '{"name":["ebt","replicate"],"type":"duplex","args":[{"version":3}]}'

describe('bytes of a hostile member', () => {
  const cases: readonly [string, readonly Uint8Array[]][] = [
    ['null as a request', [packet('request', 1, 'null')]],
    ['null as the start of a stream', [packet('stream', 1, 'null')]],
    [
      'null inside the replication stream, at once',
      [packet('stream', 1, REPLICATE), packet('stream', 1, 'null')],
    ],
    [
      'null inside the replication stream, after notes',
      [packet('stream', 1, REPLICATE), packet('stream', 1, '{}'), packet('stream', 1, 'null')],
    ],
    ['no JSON', [packet('request', 1, '{"name":')]],
    ['a header without an end', [Buffer.alloc(4096, 0xff)]],
  ]
  it.each(cases)('%s close its connection or go nowhere, and the node serves on', async (_name, packets) => {
    const before = faults.length
    const { owner } = cluster.member('observer-2')
    const hostile = await rawSocket(node.ssb.getAddress() ?? '', owner, networkKey)
    socket = hostile
    for (const bytes of packets) hostile.send(bytes)
    const isNull = packets.some((bytes) => Buffer.from(bytes).toString().endsWith('null'))
    if (isNull) {
      await waitUntil('the hostile connection is closed', () => hostile.closed)
      expect(faults.slice(before)).toEqual(['malformed-packet'])
    }
    expect(await honest.call('blockfin.tips', [])).toEqual([])
    expect(honest.closed).toBe(false)
    hostile.close()
  })
})

describe('a member that never hangs up', () => {
  it('keeps neither its connection, once it is dropped, nor the node from closing', async () => {
    const { owner } = cluster.member('observer-2')
    const dropped = await rawSocket(node.ssb.getAddress() ?? '', owner, networkKey)
    node.membership.update(cluster.registry(['observer-2']))
    await waitUntil('the socket is closed', () => dropped.closed)

    node.membership.update(cluster.registry())
    const silent = await rawSocket(node.ssb.getAddress() ?? '', owner, networkKey)
    await cluster.stop(node)
    await waitUntil('the last socket is closed', () => silent.closed)
  })
})
