import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EXCHANGE_LIMITS, type Method, WIRE_CODES } from '../../../../plugins/exchange/index.js'
import {
  type ClassicMessage,
  type MessageKey,
  messageKeyOf,
  messageKeyOfValue,
} from '../../../../src/feeds/index.js'
import { MemoryStore, signedChain } from '../../../support/signed-feed.js'
import { author, call, laneKeys, serve, stranger } from './fixtures.js'

const trunk = signedChain(laneKeys, 40)
const fork = signedChain(laneKeys, 6, { base: trunk[29], label: 'fork' })
const store = new MemoryStore().addTrunk(trunk).addBranch(fork)
const limits = { ...EXCHANGE_LIMITS, messagesPerPage: 16, callsPerSecond: 1e6 }
const peer = serve({ store: () => store, limits, onOffer: () => undefined })

const keyAt = (chain: readonly { readonly key: MessageKey }[], index: number): MessageKey => {
  const key = chain.at(index)?.key
  if (key === undefined) throw new RangeError(`no message ${index}`)
  return key
}
const keysOf = (reply: unknown): readonly MessageKey[] => (reply as ClassicMessage[]).map(messageKeyOfValue)
const refused = (code: string) => ({ name: `blockfin:${code}`, stack: '' })
const UNKNOWN = messageKeyOf(new Uint8Array(32).fill(7))
const LANE = laneKeys.id

describe('hostile arguments', () => {
  const manyKeys = Array.from({ length: limits.keysPerCall + 1 }, () => UNKNOWN)
  const manyFeeds = Array.from({ length: limits.feedsPerCall + 1 }, () => LANE)
  const cases: readonly [Method, readonly unknown[], string][] = [
    ['get', [], 'malformed-arguments'],
    ['get', [null], 'malformed-arguments'],
    ['get', ['%x.sha256'], 'malformed-arguments'],
    ['get', [{ length: 1, 0: UNKNOWN }], 'malformed-arguments'],
    ['get', [[UNKNOWN, 7]], 'malformed-arguments'],
    ['get', [['%x.sha256']], 'malformed-arguments'],
    ['get', [[UNKNOWN], 'more'], 'malformed-arguments'],
    ['get', [manyKeys], 'too-many-items'],
    ['offer', [manyKeys], 'too-many-items'],
    ['offer', [[['nested']]], 'malformed-arguments'],
    ['tips', [manyFeeds], 'too-many-items'],
    ['tips', [['__proto__']], 'malformed-arguments'],
    ['tips', [[LANE, null]], 'malformed-arguments'],
    ['range', [LANE, 1], 'malformed-arguments'],
    ['range', [LANE, 0, UNKNOWN], 'malformed-arguments'],
    ['range', [LANE, -1, UNKNOWN], 'malformed-arguments'],
    ['range', [LANE, 1.5, UNKNOWN], 'malformed-arguments'],
    ['range', [LANE, '1', UNKNOWN], 'malformed-arguments'],
    ['range', [LANE, 2 ** 53, UNKNOWN], 'malformed-arguments'],
    ['range', ['@nobody', 1, UNKNOWN], 'malformed-arguments'],
    ['range', [LANE, 1, LANE], 'malformed-arguments'],
    ['range', [LANE, 1, UNKNOWN], 'unknown-tip'],
    ['range', [stranger.id, 1, keyAt(trunk, 3)], 'foreign-tip'],
  ]
  it.each(cases)('%s(%j) is refused as %s', async (method, parameters, code) => {
    await expect(call(peer, method, ...parameters)).rejects.toMatchObject(refused(code))
  })

  it('answers any JSON at all with a value or a code of the table', async () => {
    const codes = Object.keys(WIRE_CODES).map((code) => `blockfin:${code}`)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Method>('get', 'range', 'tips', 'offer'),
        fc.array(fc.oneof(fc.jsonValue(), fc.constant(LANE), fc.constant([UNKNOWN])), { maxLength: 4 }),
        async (method, parameters) => {
          const outcome = await call(peer, method, ...parameters).then(
            () => 'answered',
            (error: { name: string }) => error.name,
          )
          expect(['answered', ...codes]).toContain(outcome)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('get', () => {
  it('gives what is held, of every branch, in the order asked, once each', async () => {
    const asked = [keyAt(fork, 5), UNKNOWN, keyAt(trunk, 2), keyAt(fork, 5)]
    expect(keysOf(await call(peer, 'get', asked))).toEqual([keyAt(fork, 5), keyAt(trunk, 2)])
  })

  it('ends at the bounds of a page', async () => {
    const keys = trunk.map(({ key }) => key)
    expect(keysOf(await call(peer, 'get', keys))).toEqual(keys.slice(0, 16))
    const narrow = serve({ store: () => store, limits: { ...limits, pageSize: 1 } })
    expect(keysOf(await call(narrow, 'get', keys))).toEqual(keys.slice(0, 1))
  })
})

describe('range', () => {
  it('reads the branch held by sequence up to the tip', async () => {
    expect(keysOf(await call(peer, 'range', LANE, 5, keyAt(trunk, 9)))).toEqual(
      trunk.slice(4, 10).map(({ key }) => key),
    )
  })

  it('gives one page at a time', async () => {
    const first = keysOf(await call(peer, 'range', LANE, 1, keyAt(trunk, 39)))
    expect(first).toEqual(trunk.slice(0, 16).map(({ key }) => key))
  })

  it('serves another branch by its tip key, with the trunk below it', async () => {
    const expected = [...trunk.slice(26, 30), ...fork].map(({ key }) => key)
    expect(keysOf(await call(peer, 'range', LANE, 27, keyAt(fork, 5)))).toEqual(expected)
  })

  it('serves the end of another branch without its beginning', async () => {
    expect(keysOf(await call(peer, 'range', LANE, 34, keyAt(fork, 5)))).toEqual(
      fork.slice(3).map(({ key }) => key),
    )
  })

  it('is empty beyond the tip', async () => {
    expect(await call(peer, 'range', LANE, 41, keyAt(trunk, 39))).toEqual([])
  })

  it('says so if a message of the branch is missing', async () => {
    const holed = new MemoryStore().addTrunk(trunk).addBranch(fork.slice(2))
    await expect(call(serve({ store: () => holed }), 'range', LANE, 1, keyAt(fork, 5))).rejects.toMatchObject(
      refused('missing-link'),
    )
  })

  it('does not walk back further than its bound', async () => {
    const bounded = serve({ store: () => store, limits: { ...limits, branchLength: 5 } })
    await expect(call(bounded, 'range', LANE, 1, keyAt(fork, 5))).rejects.toMatchObject(
      refused('branch-too-long'),
    )
    expect(keysOf(await call(bounded, 'range', LANE, 1, keyAt(fork, 4)))).toHaveLength(16)
  })
})

describe('a feed whose beginning was pruned', () => {
  const pruned = new MemoryStore().addTrunk(trunk).prune(trunk[19] ?? never())
  const pruning = serve({ store: () => pruned, limits, onOffer: () => undefined })

  it('is given from where it begins', async () => {
    expect(keysOf(await call(pruning, 'range', LANE, 21, keyAt(trunk, 29)))).toEqual(
      trunk.slice(20, 30).map(({ key }) => key),
    )
    expect(await call(pruning, 'tips', [LANE])).toEqual([{ feed: LANE, sequence: 40, key: keyAt(trunk, 39) }])
  })

  it.each([
    ['from its first message on', 1, 39],
    ['from the last one that went', 20, 39],
    ['to a message that went', 1, 10],
  ])('says so when asked %s', async (_name, from, tip) => {
    await expect(call(pruning, 'range', LANE, from, keyAt(trunk, tip))).rejects.toMatchObject(
      refused('pruned'),
    )
  })

  it('has nothing to give by the key of what went', async () => {
    expect(keysOf(await call(pruning, 'get', [keyAt(trunk, 3), keyAt(trunk, 25)]))).toEqual([
      keyAt(trunk, 25),
    ])
  })
})

const never = (): never => {
  throw new RangeError('the trunk is long enough')
}

describe('tips and offer', () => {
  it('tells each asked feed, held or not', async () => {
    expect(await call(peer, 'tips', [stranger.id, LANE])).toEqual([
      { feed: stranger.id, sequence: 0, key: null },
      { feed: LANE, sequence: 40, key: keyAt(trunk, 39) },
    ])
  })

  it('hands offered keys on with the name of the peer', async () => {
    const offers: unknown[] = []
    const listening = serve({ store: () => store, onOffer: (...offer) => offers.push(offer) })
    await call(listening, 'offer', [UNKNOWN])
    expect(offers).toEqual([[author.id, [UNKNOWN]]])
  })

  it('is refused by a node that takes no offers', async () => {
    await expect(call(serve({ store: () => store }), 'offer', [UNKNOWN])).rejects.toMatchObject(
      refused('not-offered-to'),
    )
  })
})

describe('a slow or broken store', () => {
  it('gives one peer no more than its share of calls, and an answer in time', async () => {
    const hanging = new MemoryStore()
    hanging.getByKey = () => new Promise(() => undefined)
    const busy = serve({ store: () => hanging, limits: { ...limits, callsPerPeer: 2, callMs: 20 } })
    const calls = [call(busy, 'get', [UNKNOWN]), call(busy, 'get', [UNKNOWN]), call(busy, 'get', [UNKNOWN])]
    const outcomes = await Promise.allSettled(calls)
    expect(
      outcomes.map((outcome) => outcome.status === 'rejected' && (outcome.reason as Error).name),
    ).toEqual(['blockfin:timed-out', 'blockfin:timed-out', 'blockfin:busy'])
  })

  it('are answered so many in a second and no more, each peer on its own account', async () => {
    const hasty = serve({ store: () => store, limits: { ...limits, callsPerSecond: 3 } })
    const outcomes: unknown[] = []
    for (let count = 0; count < 8; count++) {
      outcomes.push(await call(hasty, 'tips', []).catch((error: Error) => error.name))
    }
    expect(outcomes.slice(0, 6)).toEqual(Array.from({ length: 6 }, () => []))
    expect(outcomes.slice(6)).toEqual(['blockfin:too-fast', 'blockfin:too-fast'])
  })

  it('tells the operator, not the peer, what failed', async () => {
    const broken = new MemoryStore()
    broken.getByKey = () => Promise.reject(new Error('disk on fire in /secret'))
    const failures: unknown[] = []
    const failing = serve({
      store: () => broken,
      onFailure: (method, error) => failures.push([method, String(error)]),
    })
    await expect(call(failing, 'get', [UNKNOWN])).rejects.toEqual({
      name: 'blockfin:internal',
      message: WIRE_CODES.internal,
      stack: '',
    })
    expect(failures).toEqual([['get', 'Error: disk on fire in /secret']])
  })
})
