import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type MemberNode, MemberNodes, roleOf } from '../support/member-nodes.js'
import { testNetwork } from '../support/network.js'
import { waitUntil } from '../support/wait-until.js'

/** A member that the registry drops while its link is up, and that is admitted again later. */
const cluster = new MemberNodes(testNetwork({ validators: 2, messagenodes: 1 }))
let messagenode: MemberNode
let removed: MemberNode
let other: MemberNode

const laneOf = (node: MemberNode) => roleOf(node.member, 'transaction-validator')
const say = (node: MemberNode) => node.substrate.publish(laneOf(node), { type: 'transaction', data: {} })
const heldOf = (node: MemberNode) => messagenode.substrate.tip(laneOf(node).id)?.sequence ?? 0

beforeAll(async () => {
  messagenode = await cluster.start('messagenode-1')
  removed = await cluster.start('validator-1')
  other = await cluster.start('validator-2')
  await cluster.link()
  await say(removed)
  await waitUntil('its first message is here', () => heldOf(removed) === 1)
})

afterAll(() => cluster.close())

describe('a member that the registry drops', () => {
  it('is disconnected at once, and what of its feeds waited for its turn is gone', async () => {
    const lane = laneOf(removed).id
    const message = signedLater(removed)
    expect(messagenode.ssb.immediateAdd.add(message)).toMatchObject({ code: 'ahead-of-turn' })
    expect(messagenode.ssb.immediateAdd.add(message)).toMatchObject({ code: 'duplicate' })

    messagenode.membership.update(cluster.registry(['validator-1']))
    expect(messagenode.substrate.peers()).not.toContain(removed.id)
    expect(messagenode.ssb.feedRequests.requested()).not.toContain(lane)
    expect(messagenode.ssb.immediateAdd.add(message)).toMatchObject({ code: 'unaccepted-author' })
    await waitUntil('its link is down', () => !removed.substrate.peers().includes(messagenode.id))
  })

  it('stays out, and no message of it comes in by another way, while the others go on', async () => {
    await say(removed)
    await waitUntil('it is refused', () =>
      messagenode.refused.some(({ peer, code }) => peer === removed.id && code === 'not-registered'),
    )
    const before = heldOf(other)
    await say(other)
    await waitUntil('the other validator goes on', () => heldOf(other) > before)
    expect(heldOf(removed)).toBe(1)
    expect(other.substrate.peers()).toContain(messagenode.id)
  })

  it('is as good as any other once it is admitted again', async () => {
    const evidence: unknown[] = []
    messagenode.ssb.immediateAdd.onEvidence((found) => evidence.push(found))
    messagenode.membership.update(cluster.registry())
    await waitUntil('what it said meanwhile is here', () => heldOf(removed) === 2)
    await say(removed)
    await waitUntil('and what it says now', () => heldOf(removed) === 3)
    // Kept, the message that waited would now contradict this one, and convict its author.
    expect(evidence).toEqual([])
    await waitUntil('and at the others', () => other.substrate.tip(laneOf(removed).id)?.sequence === 3)
  })
})

/** A message of its lane whose turn has not come: the one before it is known to nobody. */
const signedLater = (node: MemberNode) => {
  const format = node.ssb.db.findFeedFormatByName('classic')
  const tail = node.ssb.db.getState().get(laneOf(node).id)
  if (tail === null) throw new Error('its first message is held')
  const sign = (previous: typeof tail) =>
    format.newNativeMsg({
      keys: laneOf(node),
      content: { type: 'transaction', data: {} },
      timestamp: previous.timestamp + 1,
      previous: { key: format.getMsgId(previous), value: previous },
    })
  return sign(sign(tail))
}
