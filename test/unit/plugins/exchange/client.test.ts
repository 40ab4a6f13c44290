import { describe, expect, it } from 'vitest'
import {
  catchUp,
  EXCHANGE_LIMITS,
  FeedTurns,
  type StoredMessage,
} from '../../../../plugins/exchange/index.js'
import { messageKeyOf, type MessageKey } from '../../../../src/feeds/index.js'
import { assert, reject } from '../../../../src/util/index.js'
import { MemoryStore, signedChain, signedMessage } from '../../../support/signed-feed.js'
import { author, client, laneKeys, liar, serve, stranger } from './fixtures.js'

const trunk = signedChain(laneKeys, 40)
const fork = signedChain(laneKeys, 6, { base: trunk[29], label: 'fork' })
const store = new MemoryStore().addTrunk(trunk).addBranch(fork)
const peer = serve({
  store: () => store,
  limits: { ...EXCHANGE_LIMITS, messagesPerPage: 16 },
  onOffer: () => undefined,
})
const UNKNOWN = messageKeyOf(new Uint8Array(32).fill(7))
const LANE = laneKeys.id

const at = (chain: readonly StoredMessage[], index: number): StoredMessage => {
  const message = chain.at(index)
  assert(message, 'the chain is long enough')
  return message
}
const tipOf = (chain: readonly StoredMessage[]) => {
  const { key, value } = at(chain, -1)
  return { key, sequence: value.sequence }
}
const values = (chain: readonly StoredMessage[]) => chain.map(({ value }) => value)

describe('getFrom', () => {
  it('asks again until every key is answered or known to be missing', async () => {
    const keys = [UNKNOWN, ...trunk.map(({ key }) => key)]
    expect(await client.getFrom(peer, keys)).toEqual({ messages: trunk, refusal: null })
  })

  const wrong = signedMessage(stranger, undefined, { type: 'post', text: 'hello' })
  const forged = { ...at(trunk, 0).value, content: { type: 'post', text: 'never said' } }
  const oversized = signedMessage(laneKeys, undefined, { type: 'post', text: 'x'.repeat(8192) })
  const cases: readonly [string, unknown, MessageKey][] = [
    ['malformed-reply', 'no list', UNKNOWN],
    ['malformed-reply', null, UNKNOWN],
    ['malformed-message', [null], UNKNOWN],
    ['malformed-message', [{ ...at(trunk, 0).value, extra: 1 }], UNKNOWN],
    ['reply-too-long', values(trunk), UNKNOWN],
    ['unasked-message', [at(trunk, 0).value], UNKNOWN],
    ['author-not-registered', [wrong.value], wrong.key],
    ['bad-signature', [forged], UNKNOWN],
    ['oversized-message', [oversized.value], oversized.key],
  ]
  it.each(cases)('refuses a reply as %s', async (code, reply, key) => {
    expect(await client.getFrom(liar(reply), [key])).toEqual({
      messages: [],
      refusal: expect.objectContaining({ verdict: 'reject', code }) as unknown,
    })
  })
})

describe('rangeFrom', () => {
  const range = { feed: LANE, from: 1, previous: null, tip: tipOf(trunk) }

  it('fetches all pages of the trunk', async () => {
    expect(await client.rangeFrom(peer, range)).toEqual({ messages: trunk, refusal: null, complete: true })
  })

  it('fetches the branch that the tip names', async () => {
    const { messages, complete } = await client.rangeFrom(peer, { ...range, tip: tipOf(fork) })
    expect(messages).toEqual([...trunk.slice(0, 30), ...fork])
    expect(complete).toBe(true)
  })

  it('starts on top of what is held', async () => {
    const held = at(trunk, 9)
    const { messages } = await client.rangeFrom(peer, { ...range, from: 11, previous: held.key })
    expect(messages).toEqual(trunk.slice(10))
  })

  it('refuses a branch that does not stand on what is held', async () => {
    const held = at(signedChain(laneKeys, 10, { label: 'other' }), 9)
    expect(await client.rangeFrom(peer, { ...range, from: 11, previous: held.key })).toEqual({
      messages: [],
      refusal: expect.objectContaining({ code: 'broken-link' }) as unknown,
      complete: false,
    })
  })

  const other = signedChain(laneKeys, 3, { label: 'other' })
  const short = { ...range, tip: { sequence: 3, key: at(trunk, 2).key } }
  const cases: readonly [string, readonly unknown[], number][] = [
    ['tip-mismatch', values(other), 2],
    ['beyond-tip', values(trunk.slice(0, 4)), 3],
    ['broken-link', [at(trunk, 0).value, at(other, 1).value], 1],
    ['broken-sequence', [at(trunk, 0).value, at(trunk, 2).value], 1],
    ['foreign-feed', values(signedChain(author, 1)), 0],
    ['bad-signature', [{ ...at(trunk, 0).value, timestamp: 1 }], 0],
  ]
  it.each(cases)('refuses a page as %s and keeps what came before', async (code, reply, kept) => {
    const { messages, refusal, complete } = await client.pageFrom(liar(reply), short)
    expect(refusal?.code).toBe(code)
    expect(messages).toHaveLength(kept)
    expect(complete).toBe(code === 'beyond-tip')
  })

  it('ends when a peer has no more to give', async () => {
    const partial = liar([])
    expect(await client.rangeFrom(partial, range)).toEqual({ messages: [], refusal: null, complete: false })
  })
})

describe('tipsFrom', () => {
  it('gives the tip of each feed in the order asked', async () => {
    expect(await client.tipsFrom(peer, [LANE, author.id])).toEqual([
      { feed: LANE, ...tipOf(trunk) },
      { feed: author.id, sequence: 0, key: null },
    ])
  })

  it.each([
    ['for another feed', [{ feed: author.id, sequence: 0, key: null }]],
    ['with a sequence but no key', [{ feed: LANE, sequence: 3, key: null }]],
    ['with a key but no sequence', [{ feed: LANE, sequence: 0, key: UNKNOWN }]],
    ['with a fraction', [{ feed: LANE, sequence: 0.5, key: UNKNOWN }]],
    ['too few', []],
  ])('refuses an answer %s', async (_name, reply) => {
    expect(await client.tipsFrom(liar(reply), [LANE])).toMatchObject({ code: 'malformed-reply' })
  })
})

describe('what the world does wrong', () => {
  it('names the code with which a peer refuses', async () => {
    const refusal = client.offerTo(serve({ store: () => store }), [UNKNOWN])
    await expect(refusal).rejects.toMatchObject({
      code: 'exchange-refused',
      data: { code: 'not-offered-to' },
    })
  })

  it('does not take a peer at its word for what is no code of ours', async () => {
    const odd = { ...liar(null) }
    const failing = (...parameters: unknown[]) =>
      (parameters.pop() as (error: Error) => void)(
        Object.assign(new Error('x'), { name: 'blockfin:constructor' }),
      )
    const remote = { ...odd, blockfin: { ...odd.blockfin, offer: failing } }
    await expect(client.offerTo(remote, [UNKNOWN])).rejects.toMatchObject({ code: 'exchange-failed' })
  })

  it('gives up on a peer that never answers', async () => {
    const silent = { ...liar(null), blockfin: { ...liar(null).blockfin, offer: () => undefined } }
    await expect(client.offerTo(silent, [UNKNOWN])).rejects.toMatchObject({ code: 'exchange-timeout' })
  })
})

describe('catchUp', () => {
  let now = 0
  const emptyHanded = () => {
    const own = new MemoryStore()
    const add = (messages: readonly StoredMessage[]) => {
      own.addTrunk(messages)
      return null
    }
    const turns = new FeedTurns(() => now)
    return { own, turns, options: { client, peer, tip: own.tip.bind(own), add, turns } }
  }

  it('adds everything a peer holds beyond us, in pages, in order', async () => {
    const { own, options } = emptyHanded()
    own.addTrunk(trunk.slice(0, 3))
    const results = await catchUp({ ...options, feeds: [LANE, author.id] })
    expect(results).toEqual([{ feed: LANE, added: 37, refusal: null }])
    expect(await own.readFeed(LANE, 1, 100)).toEqual(values(trunk))
  })

  it('leaves feeds alone that lag less than asked', async () => {
    const { own, options } = emptyHanded()
    own.addTrunk(trunk.slice(0, 30))
    expect(await catchUp({ ...options, feeds: [LANE], lag: 10 })).toEqual([])
  })

  it('asks for the next page before it verifies the one that came', async () => {
    const { own, options } = emptyHanded()
    const order: string[] = []
    const watched = {
      ...peer,
      blockfin: {
        ...peer.blockfin,
        range: (...parameters: unknown[]) => {
          order.push(`ask from ${String(parameters[1])}`)
          peer.blockfin.range(...parameters)
        },
      },
    }
    const add = (messages: readonly StoredMessage[]) => {
      order.push(`add ${messages.length}`)
      return options.add(messages)
    }
    await catchUp({ ...options, peer: watched, add, feeds: [LANE] })
    expect(order).toEqual(['ask from 1', 'ask from 17', 'add 16', 'ask from 33', 'add 16', 'add 8'])
    expect(own.tip(LANE)).toEqual(tipOf(trunk))
  })

  it('leaves a feed to the peer that is just giving it, until that one is slow', async () => {
    const { own, turns, options } = emptyHanded()
    expect(turns.take(LANE, stranger.id)).toBe(true)
    expect(await catchUp({ ...options, feeds: [LANE] })).toEqual([])
    now += 2_000
    expect(await catchUp({ ...options, feeds: [LANE] })).toMatchObject([{ added: 40 }])
    expect(own.tip(LANE)).toEqual(tipOf(trunk))
    expect(turns.take(LANE, stranger.id)).toBe(true)
  })

  it('stops at a message that is refused when it is added', async () => {
    const { options } = emptyHanded()
    const add = () => reject('invalid-message')
    expect(await catchUp({ ...options, add, feeds: [LANE] })).toMatchObject([
      { added: 0, refusal: { code: 'invalid-message' } },
    ])
  })

  it('goes on with the next feed when the peer refuses one', async () => {
    const { own, options } = emptyHanded()
    const range = (feed: unknown, ...rest: unknown[]): void => {
      if (feed === LANE) return peer.blockfin.range(feed, ...rest)
      const callback = rest.at(-1) as (error: Error) => void
      callback(Object.assign(new Error('no'), { name: 'blockfin:unknown-tip' }))
    }
    const tips = (...parameters: unknown[]): void => {
      const callback = parameters.pop() as (error: null, value: unknown) => void
      const { key } = tipOf(trunk)
      callback(
        null,
        [author.id, LANE].map((feed) => ({ feed, sequence: 40, key })),
      )
    }
    const refusing = { ...peer, blockfin: { ...peer.blockfin, range, tips } }
    const results = await catchUp({ ...options, peer: refusing, feeds: [author.id, LANE] })
    expect(results).toMatchObject([{ refusal: { code: 'unknown-tip' } }, { added: 40, refusal: null }])
    expect(own.tip(LANE)).toEqual(tipOf(trunk))
  })

  it('stops at a peer that holds another branch, and says so', async () => {
    const { own, options } = emptyHanded()
    own.addTrunk([...trunk.slice(0, 30), ...fork])
    const [result] = await catchUp({ ...options, feeds: [LANE] })
    expect(result).toMatchObject({ feed: LANE, added: 0, refusal: { code: 'broken-link' } })
    expect(own.tip(LANE)).toEqual(tipOf(fork))
  })
})
