import { expect, it } from 'vitest'

import { LooseMessages } from '../../../../plugins/durable-publish/loose-messages.js'
import { generateNodeIdentity } from '../../../../src/roles/index.js'
import { signedChain } from '../../../support/signed-feed.js'

const messages = signedChain(generateNodeIdentity(new Uint8Array(32).fill(1)), 5)

it('keeps so many, and the oldest goes first', () => {
  const loose = new LooseMessages(3)
  for (const { key, value } of messages) loose.put(key, value)
  expect(loose.entries().map(([, { sequence }]) => sequence)).toEqual([3, 4, 5])
})

it('knows which of them must outlive a restart', () => {
  const loose = new LooseMessages(5)
  const [first, second] = messages
  for (const { key, value } of messages) loose.put(key, value)
  if (first !== undefined) loose.markDurable(first.key)
  if (second !== undefined) loose.markDurable(second.key)
  if (first !== undefined) loose.delete(first.key)
  expect(loose.durable()).toEqual([second?.value])
})
