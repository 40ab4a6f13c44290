import { expect, it } from 'vitest'

import {
  catchUp,
  EXCHANGE_LIMITS,
  FeedTurns,
  type StoredMessage,
} from '../../../../plugins/exchange/index.js'
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

const catchingUp = (mine: MemoryStore, from: MemoryStore) =>
  catchUp({
    client,
    peer: serving(from),
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
  const [first, second] = await catchingUp(mine, pruned)
  expect(first).toMatchObject({ feed: laneKeys.id, added: 0, refusal: { code: 'pruned' } })
  expect(second).toMatchObject({ feed: otherKeys.id, added: 30, refusal: null })
  expect(await catchingUp(mine, archive)).toEqual([{ feed: laneKeys.id, added: 40, refusal: null }])
})

it('is given what it lacks by a peer that has pruned no more than is held here', async () => {
  const mine = new MemoryStore().addTrunk(lane.slice(0, 25)).addTrunk(other)
  expect(await catchingUp(mine, pruned)).toEqual([{ feed: laneKeys.id, added: 15, refusal: null }])
})
