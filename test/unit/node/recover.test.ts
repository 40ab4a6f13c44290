import { describe, expect, it } from 'vitest'
import type { FeedId, FeedMessage } from '../../../src/feeds/index.js'
import {
  answersNeeded,
  type FeedTip,
  recoverOwnFeeds,
  type RecoveryPorts,
} from '../../../src/node/recover.js'
import { CodedError } from '../../../src/util/index.js'
import { feedNamed, keyNamed, messageOf } from '../../support/feed-of.js'

/** A starting node learns where its own feeds end before it signs (protocol section 5, order of I/O). */
const OWN = feedNamed('own')
const PEERS = ['m0', 'm1', 'm2'].map(feedNamed)
const [M0, M1, M2] = PEERS as [FeedId, FeedId, FeedId]

const keyAt = (sequence: number, branch = 'trunk') => keyNamed(`${branch} ${sequence}`)
const tip = (sequence: number, branch = 'trunk'): FeedTip => ({
  feed: OWN,
  sequence,
  key: sequence === 0 ? null : keyAt(sequence, branch),
})

/** A message at a place of the own feed, on a branch. */
const shown = (sequence: number, branch = 'trunk'): FeedMessage => ({
  ...messageOf(OWN, sequence),
  key: keyAt(sequence, branch),
})

interface Peer {
  readonly tip?: FeedTip
  /** What it can show. */
  readonly shows?: readonly FeedMessage[]
  /** How often it fails before it answers. */
  readonly failures?: number
  /** Waits until it is connected. */
  readonly after?: number
}

const setting = (held: number, peers: ReadonlyMap<FeedId, Peer>, needed = 2) => {
  const state = { held, waits: 0 }
  const fetched: string[] = []
  const heard: number[] = []
  const troubled: FeedId[] = []
  const behind: (readonly [number, number])[] = []
  const failures = new Map([...peers].map(([id, { failures: count = 0 }]) => [id, count]))
  const ports: RecoveryPorts = {
    ownFeeds: [OWN],
    messagenodes: PEERS,
    needed,
    connected: () => [...peers].filter(([, { after = 0 }]) => state.waits >= after).map(([id]) => id),
    tipsFrom: async (peer) => {
      const left = failures.get(peer) ?? 0
      failures.set(peer, left - 1)
      if (left > 0) throw new Error('the link went down')
      return [peers.get(peer)?.tip ?? tip(0)]
    },
    ownTip: () => tip(state.held),
    fetch: async (peer, { sequence }) => {
      fetched.push(`m${PEERS.indexOf(peer)} to ${sequence}`)
      state.held = sequence
    },
    shownBy: async (peer, key) => peers.get(peer)?.shows?.find((message) => message.key === key),
    prunedUpTo: () => 0,
    keyAt: async (_feed, sequence) => (sequence <= state.held ? keyAt(sequence) : undefined),
    wait: async () => {
      state.waits++
      if (state.waits > 50) throw new CodedError('never-over', 'the test waits no longer')
    },
    isOver: () => state.waits >= 40,
    progress: (count) => heard.push(count),
    onTrouble: (peer) => troubled.push(peer),
    signed: new Map(),
    onBehind: (_feed, sequence, signed) => behind.push([sequence, signed]),
  }
  return { ports, state, fetched, heard, troubled, behind }
}

describe('recovering own feeds', () => {
  it('hears as many Messagenodes as are needed, and no fewer', async () => {
    const peers = new Map([
      [M0, { tip: tip(3) }],
      [M1, { tip: tip(3), after: 5 }],
    ])
    const { ports, state, heard } = setting(3, peers)
    await recoverOwnFeeds(ports)
    expect(state.waits).toBe(5)
    expect(heard).toEqual([1, 1, 1, 1, 1, 2])
  })

  it.each([
    [0, 1, 1],
    [1, 2, 2],
    [1, 4, 2],
    [7, 15, 8],
    [1, 1, 1],
    [0, 0, 0],
  ])('with f_m = %i, and %i other Messagenodes, needs %i', (faulty, others, needed) => {
    expect(answersNeeded(faulty, others)).toBe(needed)
  })

  it('needs nobody where there is nobody else', async () => {
    const { ports, state } = setting(3, new Map(), 0)
    await recoverOwnFeeds(ports)
    expect(state.waits).toBe(0)
  })

  it('has not heard a peer that gives less than it says it holds, and asks again', async () => {
    const { ports, state, troubled } = setting(3, new Map([[M0, { tip: tip(9) }]]), 1)
    // Two messages at a time, as a slow link would.
    const fetch = async () => void (state.held = Math.min(9, state.held + 2))
    await recoverOwnFeeds({ ...ports, fetch })
    expect(state).toEqual({ held: 9, waits: 2 })
    expect(troubled).toEqual([M0, M0])
  })

  it('fetches what the disk lacks, from whoever holds more', async () => {
    const peers = new Map([
      [M0, { tip: tip(5) }],
      [M1, { tip: tip(9) }],
      [M2, { tip: tip(7) }],
    ])
    const { ports, state, fetched } = setting(3, peers, 3)
    await recoverOwnFeeds(ports)
    expect(fetched).toEqual(['m0 to 5', 'm1 to 9'])
    expect(state.held).toBe(9)
  })

  it('counts a peer once, however often it is asked', async () => {
    const { ports, state } = setting(3, new Map([[M0, { tip: tip(3) }]]))
    await recoverOwnFeeds(ports)
    expect(state.waits).toBe(40)
  })

  it('asks a peer again that went away, and does not count it before', async () => {
    const peers = new Map([
      [M0, { tip: tip(4), failures: 3 }],
      [M1, { tip: tip(3) }],
    ])
    const { ports, heard, state, troubled } = setting(3, peers)
    await recoverOwnFeeds(ports)
    expect(heard).toEqual([1, 1, 1, 2])
    expect(state.held).toBe(4)
    expect(troubled).toEqual([M0, M0, M0])
  })

  it('does not count a peer that says more than it gives', async () => {
    const { ports, heard } = setting(3, new Map([[M0, { tip: tip(9) }]]), 1)
    const failing: RecoveryPorts = { ...ports, fetch: () => Promise.reject(new Error('nothing came')) }
    await recoverOwnFeeds(failing)
    expect(Math.max(...heard)).toBe(0)
  })

  it('gives up when the node is closed', async () => {
    const { ports, heard } = setting(3, new Map())
    await recoverOwnFeeds(ports)
    expect(heard).toHaveLength(40)
  })
})

describe('another branch of an own feed', () => {
  it('is a fork where the peer shows a message of it: this node must never sign again', async () => {
    const { ports } = setting(5, new Map([[M0, { tip: tip(4, 'other'), shows: [shown(4, 'other')] }]]))
    await expect(recoverOwnFeeds(ports)).rejects.toMatchObject({
      code: 'own-feed-forked',
      data: { feed: OWN, sequence: 4, peer: M0 },
    })
  })

  it('is but a claim where the peer shows nothing: a liar stops nobody', async () => {
    const peers = new Map([
      [M0, { tip: tip(4, 'other') }],
      [M1, { tip: tip(5) }],
    ])
    const { ports, heard } = setting(5, peers)
    await recoverOwnFeeds(ports)
    expect(heard).toEqual([2])
  })

  it.each([
    ['a message of another feed', { ...shown(4, 'other'), author: feedNamed('another') }],
    ['a message of another place', { ...shown(4, 'other'), sequence: 3 }],
    ['the same feed, one message earlier', shown(3)],
  ])('is not proved by %s, which a liar calls the tip', async (_name, message) => {
    const lie: FeedTip = { feed: OWN, sequence: 4, key: message.key }
    const { ports, heard } = setting(5, new Map([[M0, { tip: lie, shows: [message] }]]), 1)
    await recoverOwnFeeds(ports)
    expect(heard).toEqual([1])
  })

  it.each([
    ['an empty feed', tip(0)],
    ['less of the same branch', tip(2)],
    ['just as much', tip(5)],
  ])('is not %s', async (_name, told) => {
    const { ports, fetched } = setting(5, new Map([[M0, { tip: told, shows: [shown(2), shown(5)] }]]), 1)
    await recoverOwnFeeds(ports)
    expect(fetched).toEqual([])
  })

  const signed = (sequence: number, branch = 'trunk') =>
    new Map([[OWN, { sequence, key: keyAt(sequence, branch) }]])

  it('is not seen in a peer that ends where this node has pruned, nor missed at the last message that went', async () => {
    const behind = { tip: tip(2), shows: [shown(2)] }
    const { ports, heard } = setting(5, new Map([[M0, behind]]), 1)
    const keyFrom4 = async (_feed: FeedId, sequence: number) => (sequence < 4 ? undefined : keyAt(sequence))
    const pruned = { prunedUpTo: () => 4, keyAt: keyFrom4 }
    await recoverOwnFeeds({ ...ports, ...pruned })
    expect(heard).toEqual([1])
    const forked = { tip: tip(4, 'other'), shows: [shown(4, 'other')] }
    const other = setting(5, new Map([[M0, forked]]), 1)
    await expect(recoverOwnFeeds({ ...other.ports, ...pruned })).rejects.toMatchObject({
      code: 'own-feed-forked',
    })
  })

  it('goes on asking while its feed ends before what it signed, whoever has answered', async () => {
    const peers = new Map([
      [M0, { tip: tip(4) }],
      [M1, { tip: tip(5) }],
      [M2, { tip: tip(7), after: 3 }],
    ])
    const { ports, state, behind } = setting(4, peers)
    await recoverOwnFeeds({ ...ports, signed: signed(7) })
    expect(state).toMatchObject({ held: 7, waits: 3 })
    expect(behind[0]).toEqual([5, 7])
  })

  it('never goes on if nobody has what it signed', async () => {
    const { ports, state, behind } = setting(4, new Map(PEERS.map((peer) => [peer, { tip: tip(4) }])))
    await recoverOwnFeeds({ ...ports, signed: signed(7) })
    expect(state.waits).toBe(40)
    expect(behind.length).toBeGreaterThan(30)
  })

  it('knows a branch of its own feed from what it signed itself', async () => {
    const { ports } = setting(4, new Map(PEERS.map((peer) => [peer, { tip: tip(9) }])))
    await expect(recoverOwnFeeds({ ...ports, signed: signed(7, 'other') })).rejects.toMatchObject({
      code: 'own-feed-forked',
    })
  })
})
