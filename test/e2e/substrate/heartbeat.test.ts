import { afterAll, beforeAll, expect, it } from 'vitest'

import { MemberNodes } from '../../support/member-nodes.js'
import { testNetwork } from '../../support/network.js'
import { rawPeer } from '../../support/raw-peer.js'
import { rawSocket } from '../../support/raw-socket.js'
import { waitUntil } from '../../support/wait-until.js'

/** D16: a peer behind a broken network is silent, not gone. Its sockets stay open on both sides. */
const cluster = new MemberNodes(testNetwork({ validators: 1, messagenodes: 2, observers: 2 }))
const { networkKey } = cluster.network.network
const silent: string[] = []

beforeAll(async () => {
  await cluster.start('messagenode-1', {
    heartbeat: { everyMs: 50, patienceMs: 400, onSilent: ({ id }) => silent.push(id) },
  })
  await cluster.start('validator-1')
  await cluster.link()
})
afterAll(() => cluster.close())

it('closes the connection of a peer that gives no sign of life, and of no other', async () => {
  const node = cluster.node('messagenode-1')
  const address = node.ssb.getAddress() ?? ''
  const foreign = rawPeer(cluster.member('observer-1').owner, networkKey)
  const talkative = await foreign.connect(address)
  await waitUntil('the validator is connected', () =>
    node.substrate.peers().includes(cluster.node('validator-1').id),
  )
  const links = cluster.node('validator-1').linkStates.length

  const { owner } = cluster.member('observer-2')
  const mute = await rawSocket(address, owner, networkKey)
  await waitUntil('the silent connection is closed', () => mute.closed)

  expect(silent).toEqual([owner.id])
  // It knows none of our calls, and says so.
  expect(talkative.closed).toBe(false)
  expect(cluster.node('validator-1').linkStates).toHaveLength(links)
  await foreign.close()
})
