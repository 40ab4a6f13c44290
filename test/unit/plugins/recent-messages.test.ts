import fc from 'fast-check'
import { expect, it } from 'vitest'

import { MessageCache } from '../../../plugins/recent-messages.js'
import { generateNodeIdentity } from '../../../src/roles/index.js'
import { signedChain } from '../../support/signed-feed.js'

const chains = [1, 2, 3].map((seed) => signedChain(generateNodeIdentity(new Uint8Array(32).fill(seed)), 20))

it('never holds more than its limit, and always the newest of the feed just added to', () => {
  const turns = fc.array(fc.nat({ max: 2 }), { maxLength: 60 })
  fc.assert(
    fc.property(turns, fc.integer({ min: 3, max: 12 }), (feeds, limit) => {
      const cache = new MessageCache(limit)
      const next = [0, 0, 0]
      for (const feed of feeds) {
        const message = chains[feed]?.[next[feed] ?? 0]
        if (message === undefined) continue
        next[feed] = message.value.sequence
        cache.add(message.key, message.value)
        expect(cache.size).toBeLessThanOrEqual(limit)
        expect(cache.byKey(message.key)).toBe(message.value)
        expect(cache.at(message.value.author, message.value.sequence)).toBe(message.value)
      }
    }),
  )
})

it('takes the oldest of the fullest feed, so that a quiet feed keeps its messages', () => {
  const cache = new MessageCache(5)
  const [quiet = [], busy = []] = chains
  for (const { key, value } of quiet.slice(0, 2)) cache.add(key, value)
  for (const { key, value } of busy) cache.add(key, value)
  const held = [...quiet, ...busy].filter(({ key }) => cache.byKey(key) !== undefined)
  expect(held).toEqual([...quiet.slice(0, 2), ...busy.slice(-3)])
})
