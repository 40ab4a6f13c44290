import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ClassicMessage, FeedMessage, MessageKey } from '../../../src/feeds/index.js'
import { Offers } from '../../../src/node/offers.js'
import { generateNodeIdentity } from '../../../src/roles/index.js'
import { feedNamed, keyNamed, messageOf } from '../../support/feed-of.js'
import { seedOf } from '../../support/network.js'
import { signedMessage } from '../../support/signed-feed.js'

const [A, B] = [feedNamed('a'), feedNamed('b')]

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const setting = () => {
  const held = new Map<MessageKey, ClassicMessage>()
  const asked: (readonly [string, MessageKey])[] = []
  const delivered: FeedMessage[] = []
  const state = { answer: async (): Promise<readonly FeedMessage[]> => [messageOf(A, asked.length)] }
  const link = {
    substrate: { getByKey: async (key: MessageKey) => held.get(key) },
    ask: async (peer: string, want: { readonly kind: string; readonly key?: MessageKey }) => {
      asked.push([peer, want.key ?? keyNamed('no key')])
      return state.answer()
    },
  }
  const offers = new Offers(
    () => link,
    (messages) => delivered.push(...messages),
  )
  return { offers, held, asked, delivered, state }
}

const keysOf = (count: number, label = 'k') =>
  Array.from({ length: count }, (_, index) => keyNamed(`${label}${index}`))

describe('an offer', () => {
  it('is fetched from the peer that made it, after replication had a moment', async () => {
    const { offers, asked, delivered } = setting()
    offers.take(A, keysOf(2))
    await vi.advanceTimersByTimeAsync(39)
    expect(asked).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(asked).toEqual(keysOf(2).map((key) => [A, key]))
    expect(delivered).toHaveLength(2)
  })

  it('is not fetched for what is held by then', async () => {
    const { offers, asked, held } = setting()
    const [key] = keysOf(1)
    offers.take(A, keysOf(1))
    const message = signedMessage(generateNodeIdentity(seedOf('anyone')), undefined, { type: 'post' })
    if (key) held.set(key, message.value)
    await vi.advanceTimersByTimeAsync(100)
    expect(asked).toEqual([])
  })

  it('that fails is dropped: it comes again', async () => {
    const { offers, delivered, state } = setting()
    state.answer = () => Promise.reject(new Error('gone'))
    offers.take(A, keysOf(1))
    await vi.advanceTimersByTimeAsync(100)
    expect(delivered).toEqual([])
  })

  it('is dropped while too many of that peer wait, and only of that peer', async () => {
    const { offers, asked } = setting()
    offers.take(A, keysOf(200))
    offers.take(A, keysOf(57, 'more'))
    offers.take(A, keysOf(56, 'just'))
    offers.take(B, keysOf(1, 'other'))
    await vi.advanceTimersByTimeAsync(100)
    expect(asked).toHaveLength(257)
    expect(asked.filter(([peer]) => peer === B)).toHaveLength(1)
    offers.take(A, keysOf(57, 'more'))
    await vi.advanceTimersByTimeAsync(100)
    expect(asked).toHaveLength(314)
  })
})
