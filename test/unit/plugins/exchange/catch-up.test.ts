import { expect, it } from 'vitest'

import {
  catchUp,
  type CatchUpOptions,
  EXCHANGE_LIMITS,
  type ExchangePeer,
  FeedTurns,
  type StoredMessage,
} from '../../../../plugins/exchange/index.js'
import type { FeedId } from '../../../../src/feeds/index.js'
import { assert } from '../../../../src/util/index.js'
import { MemoryStore, signedChain } from '../../../support/signed-feed.js'
import { client, laneKeys, network, serve } from './fixtures.js'

const otherKeys = network.members[1]?.roles[0]
assert(otherKeys, 'the test network has a second validator')
const [lane, other] = [signedChain(laneKeys, 40), signedChain(otherKeys, 30)]
const archive = new MemoryStore().addTrunk(lane).addTrunk(other)
const pruned = new MemoryStore().addTrunk(lane).addTrunk(other)
const last = lane[24]
if (last) pruned.prune(last)

const serving = (store: MemoryStore) =>
  serve({ store: () => store, limits: { ...EXCHANGE_LIMITS, callsPerSecond: 1e6 } })

const catchingUp = (mine: MemoryStore, peer: ExchangePeer, replication?: CatchUpOptions['replication']) =>
  catchUp({
    client,
    peer,
    ...(replication && { replication }),
    feeds: [laneKeys.id, otherKeys.id],
    tip: (feed) => mine.tip(feed),
    add: (messages: readonly StoredMessage[]) => {
      mine.addTrunk(messages)
      return null
    },
    turns: new FeedTurns(),
  })

it('hears that a peer has pruned one feed, takes the others, and gets the one from a peer that keeps all', async () => {
  const mine = new MemoryStore()
  const [first, second] = await catchingUp(mine, serving(pruned))
  expect(first).toMatchObject({ feed: laneKeys.id, added: 0, refusal: { code: 'pruned' } })
  expect(second).toMatchObject({ feed: otherKeys.id, added: 30, refusal: null })
  expect(await catchingUp(mine, serving(archive))).toEqual([{ feed: laneKeys.id, added: 40, refusal: null }])
})

it('is given what it lacks by a peer that has pruned no more than is held here', async () => {
  const mine = new MemoryStore().addTrunk(lane.slice(0, 25)).addTrunk(other)
  expect(await catchingUp(mine, serving(pruned))).toEqual([{ feed: laneKeys.id, added: 15, refusal: null }])
})

const longLane = signedChain(laneKeys, 600)
const long = new MemoryStore().addTrunk(longLane).addTrunk(other)

/** What replication is told while a feed of three pages and a short one are fetched. */
const told = async (from: ExchangePeer): Promise<readonly string[]> => {
  const words: string[] = []
  const mine = new MemoryStore()
  const word = (feed: FeedId): string => (feed === laneKeys.id ? 'long' : 'short')
  await catchingUp(mine, from, {
    rest: (feed) => words.push(`rest ${word(feed)}`),
    wake: (feed) => words.push(`wake ${word(feed)}`),
  }).catch((error: unknown) => words.push(String(error)))
  return words
}

it('lets replication of all that is still to be fetched rest while pages come fast, and wakes each at its end', async () => {
  const page = ['rest long', 'rest short']
  expect(await told(serving(long))).toEqual([...page, ...page, 'wake long', 'wake short'])
})

it('wakes them all where a peer is lost on the way', async () => {
  const peer = serving(long)
  let pages = 0
  const lost: ExchangePeer = {
    ...peer,
    blockfin: {
      ...peer.blockfin,
      range: (...parameters: unknown[]) => {
        if (pages++ < 1) peer.blockfin.range(...parameters)
      },
    },
  }
  expect(await told(lost)).toEqual([
    'rest long',
    'rest short',
    'wake long',
    'wake short',
    'CodedError: the peer did not answer in time',
  ])
})
