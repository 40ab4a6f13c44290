import { randomBytes } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { SsbKeys } from '../../plugins/types/index.js'
import { messageKeyOf } from '../../src/feeds/index.js'
import { generateNodeIdentity } from '../../src/roles/index.js'
import { areLinked, holds, type MemberNode, MemberNodes, roleOf } from '../support/member-nodes.js'
import { testNetwork } from '../support/network.js'
import { type RawLink, type RawPeer, rawPeer } from '../support/raw-peer.js'
import { waitUntil } from '../support/wait-until.js'

/** Judged from outside: peers that obey nothing but the handshake, against nodes with the whole stack. */
const network = testNetwork({ validators: 2, messagenodes: 2, observers: 2 })
const cluster = new MemberNodes(network)
const peers: RawPeer[] = []
const UNKNOWN = messageKeyOf(new Uint8Array(32).fill(7))
let validator: MemberNode
let messagenode: MemberNode

const connectAs = (
  keys: SsbKeys,
  to: MemberNode,
  networkKey = network.network.networkKey,
): Promise<RawLink> => {
  const peer = rawPeer(keys, networkKey)
  peers.push(peer)
  return peer.connect(to.ssb.getAddress() ?? '')
}

beforeAll(async () => {
  validator = await cluster.start('validator-1')
  messagenode = await cluster.start('messagenode-1')
  await cluster.start('messagenode-2')
  await cluster.start('validator-2')
})

afterAll(async () => {
  await Promise.all(peers.map((peer) => peer.close()))
  await cluster.close()
})

describe('the handshake', () => {
  it('refuses whoever is not registered', async () => {
    const stranger = generateNodeIdentity()
    await expect(connectAs(stranger, messagenode)).rejects.toThrow()
    expect(messagenode.refused.at(-1)).toEqual({
      peer: stranger.id,
      direction: 'incoming',
      code: 'not-registered',
    })
    expect(messagenode.substrate.peers()).not.toContain(stranger.id)
  })

  it('refuses a role identity, which is registered but never connects', async () => {
    const role = roleOf(cluster.member('validator-2'), 'committer')
    await expect(connectAs(role, messagenode)).rejects.toThrow()
    expect(messagenode.refused.at(-1)).toMatchObject({ peer: role.id, code: 'not-registered' })
  })

  it('refuses one validator to the other, and an observer to a validator', async () => {
    for (const name of ['validator-2', 'observer-1']) {
      const { owner } = cluster.member(name)
      await expect(connectAs(owner, validator)).rejects.toThrow()
      expect(validator.refused.at(-1)).toMatchObject({ peer: owner.id, code: 'link-not-allowed' })
    }
  })

  it('does not even begin without the network key', async () => {
    const before = messagenode.refused.length
    const { owner } = cluster.member('observer-1')
    await expect(connectAs(owner, messagenode, randomBytes(32))).rejects.toThrow()
    expect(messagenode.refused.length).toBe(before)
  })

  it('is not dialled either: a validator refuses to dial a validator', async () => {
    const address = cluster.node('validator-2').ssb.getAddress() ?? ''
    const dialled = new Promise((resolve) => validator.ssb.connect(address, resolve))
    expect(await dialled).toMatchObject({ code: 'link-not-allowed' })
    expect(validator.refused.at(-1)).toMatchObject({ direction: 'outgoing' })
  })
})

describe('what a member may call', () => {
  let observer: RawLink
  let otherValidator: RawLink

  beforeAll(async () => {
    observer = await connectAs(cluster.member('observer-1').owner, messagenode)
    otherValidator = await connectAs(cluster.member('validator-2').owner, messagenode)
  })

  it('an observer reads', async () => {
    expect(await observer.call('blockfin.tips', [])).toEqual([])
    expect(await observer.call('blockfin.get', [UNKNOWN])).toEqual([])
  })

  it('an observer offers nothing, a validator does', async () => {
    await expect(observer.call('blockfin.offer', [UNKNOWN])).rejects.toThrow(/not in list of allowed methods/)
    expect(await otherValidator.call('blockfin.offer', [UNKNOWN])).toBe(1)
    expect(messagenode.offers.at(-1)).toEqual([cluster.member('validator-2').owner.id, [UNKNOWN]])
  })

  it.each([
    'publish',
    'db.create',
    'db.add',
    'friends.follow',
    'friends.block',
    'ebt.request',
    'ebt.block',
    'ebt.clock',
    'ebt.peerStatus',
    'conn.connect',
    'conn.remember',
    'replicationScheduler.reconfigure',
    'registryAdmission.refusalOf',
    'dialler.stop',
    'close',
    'auth',
    'constructor',
    '__proto__.toString',
    'blockfin.constructor',
  ])('nobody calls %s', async (method) => {
    await expect(otherValidator.call(method, {})).rejects.toThrow(/list of (dis)?allowed methods|no async:/)
  })

  it.each<[string, string, readonly unknown[]]>([
    ['blockfin:malformed-arguments', 'blockfin.get', [null]],
    ['blockfin:malformed-arguments', 'blockfin.get', []],
    ['blockfin:too-many-items', 'blockfin.get', [Array(300).fill(UNKNOWN)]],
    ['blockfin:malformed-arguments', 'blockfin.range', ['@x', -1, {}]],
    ['blockfin:unknown-tip', 'blockfin.range', [generateNodeIdentity().id, 1, UNKNOWN]],
    ['blockfin:malformed-arguments', 'blockfin.tips', [{ length: 1e9 }]],
  ])('the wire carries %s from %s', async (name, method, parameters) => {
    await expect(observer.call(method, ...parameters)).rejects.toMatchObject({ name })
    expect(await observer.call('blockfin.tips', [])).toEqual([])
  })
})

describe('linked members', () => {
  it('meet through Messagenodes, and Messagenodes hold one link to each other', async () => {
    await cluster.link()
    const [v1, v2] = [validator, cluster.node('validator-2')]
    const [m1, m2] = [messagenode, cluster.node('messagenode-2')]
    await waitUntil('all links are up', () =>
      [areLinked(v1, m1), areLinked(v1, m2), areLinked(v2, m1), areLinked(v2, m2), areLinked(m1, m2)].every(
        Boolean,
      ),
    )
    expect(v1.substrate.peers().sort()).toEqual([m1.id, m2.id].sort())
    expect(m1.ssb.peers[m2.id]).toHaveLength(1)
  })

  it('replicate what the registry says: a lane reaches validators, votes only Messagenodes', async () => {
    const { member, substrate } = validator
    const vote = await substrate.publish(roleOf(member, 'sealer'), { type: 'seal', data: {} })
    const lane = await substrate.publish(roleOf(member, 'transaction-validator'), {
      type: 'transaction',
      data: {},
    })
    const other = cluster.node('validator-2')
    await waitUntil('the lane is at the other validator', () => holds(other, lane))
    await waitUntil('the vote is at the Messagenode', () => holds(messagenode, vote))
    expect(other.substrate.tip(vote.author)).toBeUndefined()
  })

  it('do not let a contact message decide what is requested', async () => {
    const { member, ssb, substrate } = validator
    const stranger = generateNodeIdentity().id
    const asked = new Set<unknown>()
    ssb.ebt.request.hook((request, parameters) => {
      asked.add(parameters[0])
      return request(...parameters)
    })
    await substrate.publish(member.owner, { type: 'contact', contact: stranger, following: true })
    await waitUntil('the scheduler asks for what is followed', () => asked.has(stranger))
    // Notes and messages share one stream: when this is there, a request would be, too.
    const after = await substrate.publish(member.owner, { type: 'post', text: 'after' })
    await waitUntil('the Messagenode heard of it all', () => holds(messagenode, after))
    expect(messagenode.ssb.ebt.peerStatus(stranger).peers[validator.id]).toBeUndefined()
    expect(ssb.feedRequests.requested()).not.toContain(stranger)
  })

  it('do not let a contact message decide what is withheld', async () => {
    const { member, ssb, substrate } = validator
    const other = cluster.node('validator-2')
    const lane = roleOf(member, 'transaction-validator')
    const blocked = new Set<unknown>()
    ssb.ebt.block.hook((block, parameters) => {
      blocked.add(parameters[0])
      return block(...parameters)
    })
    // Obeyed, it would make honest peers hide the lane from that Messagenode.
    await substrate.publish(lane, { type: 'contact', contact: messagenode.id, blocking: true })
    await waitUntil('the scheduler obeys the block', () => blocked.has(lane.id))
    const after = await substrate.publish(lane, { type: 'transaction', data: {} })
    await waitUntil('the lane goes on to everybody', () => holds(other, after) && holds(messagenode, after))
    expect(areLinked(validator, messagenode)).toBe(true)
  })

  it('refuse the messages of unregistered authors when added, too', async () => {
    const stranger = generateNodeIdentity()
    const format = messagenode.ssb.db.findFeedFormatByName('classic')
    const message = format.newNativeMsg({
      keys: stranger,
      content: { type: 'post' },
      timestamp: 1,
      previous: null,
    })
    const added = new Promise((resolve) => messagenode.ssb.db.add(message, {}, resolve))
    expect(await added).toMatchObject({ code: 'author-not-registered' })
    expect(messagenode.substrate.tip(stranger.id)).toBeUndefined()
  })

  it('are dialled again when they come back', async () => {
    const m2 = cluster.node('messagenode-2')
    await cluster.stop(m2)
    await waitUntil('the link is down', () => !validator.substrate.peers().includes(m2.id))
    const back = await cluster.start('messagenode-2', { again: m2 })
    await back.ssb.dialler.start()
    await waitUntil('the link is up again', () => areLinked(validator, back) && areLinked(messagenode, back))
    const states = validator.linkStates.filter(({ peer }) => peer === m2.id).map(({ state }) => state)
    expect(states.slice(0, 4)).toEqual(['connecting', 'connected', 'waiting', 'connecting'])
    expect(states.at(-1)).toBe('connected')
    expect(validator.ssb.conn.dbPeers().map(([address]) => address)).toContain(back.ssb.getAddress())
  })

  it('close although peers dial them all the while', async () => {
    const node = await cluster.start('observer-1', { follow: [] })
    const { owner } = cluster.member('observer-2')
    const outcomes: Promise<unknown>[] = []
    const dialling = setInterval(() => outcomes.push(connectAs(owner, node).catch(() => 'refused')), 1)
    await waitUntil('they dial', () => node.substrate.peers().includes(owner.id))
    await cluster.stop(node)
    clearInterval(dialling)
    expect(await outcomes.at(-1)).toBe('refused')
  })

  it('are disconnected when the registry drops them, and stay out', async () => {
    const dropped = cluster.node('validator-2')
    const link = await connectAs(cluster.member('observer-2').owner, messagenode)
    const registry = cluster.registry(['validator-2', 'observer-2'])
    messagenode.membership.update(registry)
    await waitUntil(
      'both links are closed',
      () => link.closed && !messagenode.substrate.peers().includes(dropped.id),
    )
    await expect(connectAs(cluster.member('observer-2').owner, messagenode)).rejects.toThrow()
    // The dropped validator keeps dialling, since nobody told it.
    await waitUntil('it is refused', () =>
      messagenode.refused.some(({ peer, code }) => peer === dropped.id && code === 'not-registered'),
    )
    expect(areLinked(validator, messagenode)).toBe(true)
  })
})
