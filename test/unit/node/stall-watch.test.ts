import { beforeEach, describe, expect, it } from 'vitest'

import type { FeedId } from '../../../src/feeds/index.js'
import { type Stall, StallWatch } from '../../../src/node/stall-watch.js'

const FEED = '@feed' as FeedId
const OTHER = '@other' as FeedId
const HONEST = '@honest' as FeedId
const LIAR = '@liar' as FeedId

let now: number
let held: Map<FeedId, number>
let claims: Map<FeedId, Map<FeedId, number>>
/** What a peer really gives when asked for a range. */
let gives: Map<FeedId, number | 'pruned'>
let fetched: [FeedId, readonly FeedId[]][]
let redialled: FeedId[]
let told: Stall[]
let watch: StallWatch

beforeEach(() => {
  now = 0
  held = new Map([
    [FEED, 3],
    [OTHER, 3],
  ])
  claims = new Map()
  gives = new Map()
  fetched = []
  redialled = []
  told = []
  watch = new StallWatch({
    now: () => now,
    feeds: () => held.keys(),
    held: (feed) => held.get(feed) ?? 0,
    claims: (feed) => claims.get(feed) ?? [],
    fetch: async (peer, feeds) => {
      fetched.push([peer, feeds])
      const reaches = gives.get(peer)
      if (reaches === undefined) throw new Error('refused')
      if (reaches === 'pruned') return feeds
      for (const feed of feeds) held.set(feed, Math.max(reaches, held.get(feed) ?? 0))
      return []
    },
    redial: (peer) => redialled.push(peer),
    onStall: (stall) => told.push(stall),
  })
})

const claim = (peer: FeedId, feed: FeedId, sequence: number): void => {
  claims.set(feed, (claims.get(feed) ?? new Map<FeedId, number>()).set(peer, sequence))
}
const pass = async (seconds: number): Promise<void> => {
  for (; seconds > 0; seconds--) {
    now += 1000
    await watch.look()
  }
}

it('leaves a feed alone that comes by itself, though it is always a little behind', async () => {
  for (let sequence = 4; sequence < 30; sequence++) {
    claim(HONEST, FEED, sequence)
    held.set(FEED, sequence - 1)
    await pass(1)
  }
  expect(fetched).toEqual([])
  expect(watch.stalled()).toEqual([])
})

it('fetches what a peer claims and does not send', async () => {
  claim(HONEST, FEED, 5)
  gives.set(HONEST, 5)
  await pass(2)
  expect(watch.stalled()).toEqual([])
  await pass(2)
  expect(fetched).toEqual([[HONEST, [FEED]]])
  expect(held.get(FEED)).toBe(5)
  expect(told).toEqual([{ peer: HONEST, feeds: [FEED], outcome: 'fetched' }])
  expect(watch.stalled()).toEqual([])
})

it('is not put off by a trickle that never reaches what was claimed', async () => {
  claim(LIAR, FEED, 1000)
  claim(HONEST, FEED, 100)
  gives.set(HONEST, 100)
  for (let second = 0; second < 4; second++) {
    held.set(FEED, (held.get(FEED) ?? 0) + 1)
    await pass(1)
  }
  expect(held.get(FEED)).toBeGreaterThanOrEqual(100)
  expect(fetched).toContainEqual([HONEST, [FEED]])
})

describe('a peer that claims what it never gives', () => {
  beforeEach(() => {
    for (const feed of [FEED, OTHER]) claim(LIAR, feed, 1_000_000)
  })

  it('delays nobody else', async () => {
    await pass(30)
    const before = told.length
    claim(HONEST, FEED, 9)
    gives.set(HONEST, 9)
    await pass(4)
    expect(held.get(FEED)).toBe(9)
    expect(told.slice(before)).toContainEqual({ peer: HONEST, feeds: [FEED], outcome: 'fetched' })
  })

  it('is asked ever more rarely, and dialled anew ever more rarely', async () => {
    await pass(120)
    const early = [fetched.length, redialled.length]
    await pass(480)
    expect(fetched.length).toBeLessThan(25)
    expect(early[0]).toBeGreaterThan(4)
    expect(redialled.length).toBeGreaterThan(1)
    expect(redialled.length).toBeLessThan(6)
    expect(watch.counts()).toMatchObject({ fetched: 0, redialled: redialled.length })
    expect(watch.stalled()).toEqual([FEED, OTHER])
  })

  it('is forgotten once it claims nothing any more', async () => {
    await pass(10)
    claims.clear()
    await pass(1)
    expect(watch.stalled()).toEqual([])
  })
})

it('leaves the connection of a peer alone that has pruned what is missing here, and asks another', async () => {
  claim(HONEST, FEED, 9)
  gives.set(HONEST, 'pruned')
  await pass(200)
  expect(fetched.length).toBeGreaterThan(1)
  expect(fetched.length).toBeLessThan(6)
  expect(redialled).toEqual([])
  expect(watch.counts()).toMatchObject({ fetched: 0, fruitless: 0, redialled: 0, pruned: fetched.length })
  expect(watch.stalled()).toEqual([FEED])
  claim(OTHER, FEED, 9)
  gives.set(OTHER, 9)
  await pass(4)
  expect(held.get(FEED)).toBe(9)
  expect(watch.stalled()).toEqual([])
})

it('dials anew a peer whose feeds come only when fetched', async () => {
  for (let sequence = 4; sequence < 10; sequence++) {
    claim(HONEST, FEED, sequence)
    gives.set(HONEST, sequence)
    while ((held.get(FEED) ?? 0) < sequence) await pass(1)
    // Another one is late already when the last has just been fetched.
    claim(HONEST, FEED, sequence + 1)
  }
  expect(redialled).toEqual([HONEST])
})
