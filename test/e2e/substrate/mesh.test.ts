import { afterEach, expect, it } from 'vitest'

import type { CuredNode } from '../../support/substrate/cured-nodes.js'
import { connect, CuredNetwork, requestAll } from '../../support/substrate/cured-nodes.js'
import { pause, waitUntil } from '../../support/wait-until.js'

let network = new CuredNetwork()
afterEach(async () => {
  await network.close()
  network = new CuredNetwork()
})

const SIZE = 4
const MESSAGES = 100

it('D5: in a full mesh where everyone writes, every feed arrives everywhere, in order, once', async () => {
  const nodes = await Promise.all(Array.from({ length: SIZE }, () => network.start()))
  requestAll(nodes)
  for (const [index, node] of nodes.entries()) {
    for (const other of nodes.slice(index + 1)) await connect(node, other)
  }
  const received = nodes.map(watch)

  await Promise.all(nodes.map(publishPaced))

  await waitUntil('every node holds every feed', () =>
    nodes.every(({ substrate }) => nodes.every(({ keys }) => substrate.tip(keys.id)?.sequence === MESSAGES)),
  )
  await waitUntil('every listener was told', () => received.every((seen) => seen.length === SIZE * MESSAGES))
  const inOrder = Array.from({ length: MESSAGES }, (_, index) => index + 1)
  for (const seen of received) {
    for (const { keys } of nodes) {
      const sequences = seen.filter(({ author }) => author === keys.id).map(({ sequence }) => sequence)
      expect(sequences).toEqual(inOrder)
    }
  }
  for (const { ssb } of nodes) {
    expect(Object.keys(ssb.immediateAdd.counts())).not.toContain('invalid-message')
    expect(Object.keys(ssb.immediateAdd.counts())).not.toContain('forked-feed')
  }
})

it('knows which peers hold a feed', async () => {
  const [author, reader] = [await network.start(), await network.start()]
  requestAll([author, reader])
  await connect(reader, author)
  await author.substrate.publish(author.keys, { type: 'test' })
  await waitUntil('the reader holds it', () => reader.substrate.tip(author.keys.id)?.sequence === 1)
  expect(reader.substrate.heldBy(author.keys.id, 1)).toEqual([author.keys.id])
  expect(reader.substrate.heldBy(author.keys.id, 2)).toEqual([])
  expect(author.substrate.sentTo(author.keys.id, 1)).toEqual([reader.keys.id])
  expect(author.substrate.peers()).toEqual([reader.keys.id])
})

it('knows nothing of a peer in the moment of its connection', async () => {
  const [author, reader] = [await network.start(), await network.start()]
  requestAll([author, reader])
  await author.substrate.publish(author.keys, { type: 'test' })
  // ssb-ebt has met the peer and still loads what it knew of it.
  const asked: unknown[] = []
  for (const { ssb, substrate } of [author, reader]) {
    ssb.on('rpc:connect', () => setImmediate(() => asked.push(substrate.heldBy(author.keys.id, 1))))
  }
  await connect(reader, author)
  await waitUntil('the reader holds it', () => reader.substrate.tip(author.keys.id)?.sequence === 1)
  expect(asked).toEqual([[], []])
})

it('takes nothing of a feed that is not accepted', async () => {
  const author = await network.start()
  const reader = await network.start({ accepts: (feed) => feed !== author.keys.id })
  requestAll([author, reader])
  await connect(reader, author)
  await author.substrate.publish(author.keys, { type: 'test' })
  await waitUntil(
    'the message was refused',
    () => reader.ssb.immediateAdd.counts()['unaccepted-author'] === 1,
  )
  expect(reader.substrate.tip(author.keys.id)).toBeUndefined()
})

const watch = ({ substrate }: CuredNode) => {
  const seen: { author: string; sequence: number }[] = []
  substrate.onMessage(({ author, sequence }) => seen.push({ author, sequence }))
  return seen
}

/** 20 messages a second. */
const publishPaced = async ({ substrate, keys }: CuredNode): Promise<void> => {
  for (let index = 0; index < MESSAGES; index++) {
    await substrate.publish(keys, { type: 'test', index })
    await pause(20)
  }
}
