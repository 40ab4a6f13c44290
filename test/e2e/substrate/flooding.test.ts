import { afterAll, beforeAll, expect, it } from 'vitest'

import { type Flood, isFlooding } from '../../../plugins/flood-guard.js'
import { MemberNodes, roleOf } from '../../support/member-nodes.js'
import { testNetwork } from '../../support/network.js'
import { waitUntil } from '../../support/wait-until.js'

/** A member that writes as fast as it can, beside one that does not. */
const cluster = new MemberNodes(testNetwork({ validators: 2, messagenodes: 1 }))
const LIMITS = { perSecond: 20, burst: 50, pauseMs: 300 }
const WRITTEN = 200
const floods: Flood[] = []

beforeAll(async () => {
  await cluster.start('messagenode-1', { floodGuard: { ...LIMITS, onPause: (flood) => floods.push(flood) } })
  await cluster.start('validator-1')
  await cluster.start('validator-2')
  await cluster.link()
})
afterAll(() => cluster.close())

const laneOf = (name: string) => roleOf(cluster.member(name), 'transaction-validator')
const say = (name: string) =>
  cluster.node(name).substrate.publish(laneOf(name), { type: 'transaction', data: {} })
const held = (name: string) => cluster.node('messagenode-1').substrate.tip(laneOf(name).id)?.sequence ?? 0

it('pauses a feed that is written too fast, keeps the others coming, and loses nothing', async () => {
  const { feedRequests } = cluster.node('messagenode-1').ssb
  const flooded = laneOf('validator-1').id
  const writing = Promise.all(Array.from({ length: WRITTEN }, () => say('validator-1')))
  await waitUntil('the feed is paused', () => !feedRequests.requested().includes(flooded))
  await say('validator-2')
  await waitUntil('the other one is heard', () => held('validator-2') === 1)
  await writing
  await waitUntil('all of it is here in the end', () => held('validator-1') === WRITTEN, 20_000)

  expect(new Set(floods.map(({ feed }) => feed))).toEqual(new Set([flooded]))
  expect(isFlooding(floods[0] ?? { feed: flooded, messages: 0, writtenInMs: 0 }, LIMITS.perSecond)).toBe(true)
})

it('convicts nobody of a backlog, which arrives fast as well', () => {
  const backlog = { feed: laneOf('validator-2').id, messages: 3_000, writtenInMs: 60_000 }
  expect(isFlooding(backlog)).toBe(false)
  expect(isFlooding({ ...backlog, writtenInMs: 2_000 })).toBe(true)
})
