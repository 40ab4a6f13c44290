import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Driver, type DriverPorts } from '../../../src/node/driver.js'
import type { Core, Effect, Event, Want } from '../../../src/protocol/index.js'
import { type Deferred, deferred, feedNamed, feedWith, keyNamed } from '../../support/feed-of.js'
import { at, strangeHash } from '../../support/protocol/index.js'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A core that counts events, and answers each with what the test says. */
const setting = () => {
  const events: Event[] = []
  const observed: Effect[] = []
  const calls: string[] = []
  const failures: unknown[] = []
  const state = { answer: (_event: Event): readonly Effect[] => [], now: 0 }
  const publishing: Deferred<void>[] = []
  const wants: Want[] = [{ kind: 'message', key: keyNamed('wanted'), from: [] }]
  const core: Core<number> = {
    initial: 0,
    step: (count, event) => {
      events.push(event)
      return { state: count + 1, effects: state.answer(event) }
    },
    wants: () => wants,
  }
  const ports: DriverPorts = {
    now: () => state.now,
    publish: ({ draft }) => {
      calls.push(`publish ${draft.type}`)
      const done = deferred<void>()
      publishing.push(done)
      return done.promise
    },
    offer: ({ keys }) => calls.push(`offer ${keys.length}`),
    wanted: () => calls.push('wanted'),
    readFeed: async (_feed, from, limit) => feedWith('a', 6).slice(from - 1, from - 1 + limit),
    observe: (effect) => observed.push(effect),
    failed: (error) => failures.push(error),
  }
  const kinds = () => events.map(({ kind }) => kind)
  return {
    driver: new Driver(core, ports),
    events,
    kinds,
    observed,
    calls,
    failures,
    state,
    publishing,
    wants,
  }
}

const [A, B] = [feedWith('a', 6), feedWith('b', 2)]
const FEED_A = feedNamed('a')
const slot: Effect = {
  kind: 'publish',
  role: 'empty-block-producer',
  draft: { type: 'block', height: 1, previous: strangeHash('a'), hash: strangeHash('b') },
  voteBytes: null,
  durable: [],
}
const halt: Effect = { kind: 'halt', code: 'diverged-state', facts: {} }

/** Sequences of the messages of each event. */
const read = (events: readonly Event[]) =>
  events.flatMap((event) => (event.kind === 'messages' ? [event.messages.map((m) => m.sequence)] : []))

describe('what a driver hands to its core', () => {
  it('is one event for all that arrives in one turn of the event loop', () => {
    const { driver, events, state } = setting()
    state.now = 7
    for (const message of [...A.slice(0, 2), ...B]) driver.receive(message)
    expect(events).toEqual([])
    vi.runAllTicks()
    vi.advanceTimersByTime(0)
    expect(events).toEqual([{ kind: 'messages', at: 7, messages: [...A.slice(0, 2), ...B] }])
    expect(driver.state).toBe(1)
  })

  it('is everything received before start, and then start', () => {
    const { driver, kinds } = setting()
    for (const message of B) driver.receive(message)
    driver.start()
    driver.connected(feedNamed('peer'))
    driver.forked(FEED_A)
    expect(kinds()).toEqual(['messages', 'start', 'connected', 'forked'])
    vi.advanceTimersByTime(10)
    expect(kinds()).toHaveLength(4)
  })

  it('is nothing for a fetch that brought nothing', () => {
    const { driver, kinds } = setting()
    driver.fetched([])
    expect(kinds()).toEqual([])
    driver.fetched(A)
    expect(kinds()).toEqual(['fetched'])
  })

  it('is what it wants, for asking again', () => {
    const { driver, wants } = setting()
    expect(driver.wants).toEqual(wants)
  })
})

describe('timers', () => {
  const arm = (delayMs: number | null): Effect => ({ kind: 'timer', timer: 'round', delayMs })

  it('fire once, no earlier than they should', () => {
    const { driver, kinds, state } = setting()
    state.answer = ({ kind }) => (kind === 'start' ? [arm(10.4)] : [])
    driver.start()
    vi.advanceTimersByTime(10)
    expect(kinds()).toEqual(['start'])
    vi.advanceTimersByTime(1)
    expect(kinds()).toEqual(['start', 'timer'])
    vi.advanceTimersByTime(100)
    expect(kinds()).toHaveLength(2)
  })

  it('are armed again, or cancelled, by name', () => {
    const { driver, kinds, state } = setting()
    const batch: Effect = { kind: 'timer', timer: 'batch', delayMs: 15 }
    const answers = [[arm(10), batch], [arm(30)], [arm(null)]]
    state.answer = () => answers.shift() ?? []
    driver.start()
    vi.advanceTimersByTime(5)
    driver.connected(FEED_A)
    vi.advanceTimersByTime(9)
    expect(kinds()).toEqual(['start', 'connected'])
    driver.connected(FEED_A)
    vi.advanceTimersByTime(100)
    expect(kinds()).toEqual(['start', 'connected', 'connected', 'timer'])
  })

  it('let what arrived before count before, though its turn of the event loop is not over', () => {
    // Immediates are real here: none of them comes before this test is over.
    vi.useRealTimers()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { driver, kinds, state } = setting()
    state.answer = ({ kind }) => (kind === 'start' ? [arm(10)] : [])
    driver.start()
    driver.receive(at(A, 0))
    vi.advanceTimersByTime(10)
    expect(kinds()).toEqual(['start', 'messages', 'timer'])
  })
})

describe('effects', () => {
  it('are carried out in order, and each is observed', () => {
    const { driver, calls, observed, state } = setting()
    const effects: Effect[] = [
      { kind: 'want', want: { kind: 'message', key: keyNamed('x'), from: [] } },
      slot,
      { kind: 'offer', keys: [keyNamed('x'), keyNamed('y')], to: [FEED_A] },
      halt,
    ]
    state.answer = () => effects
    driver.start()
    expect(calls).toEqual(['wanted', 'publish block', 'offer 2'])
    expect(observed).toEqual(effects)
  })

  it('pause a feed, and read it again later', async () => {
    const { driver, events, state } = setting()
    state.answer = (event) => {
      if (event.kind === 'messages') return [{ kind: 'pause', feed: FEED_A }]
      return event.kind === 'forked' ? [{ kind: 'reread', feed: FEED_A, from: 2 }] : []
    }
    driver.receive(at(A, 0))
    driver.flush()
    state.answer = (event) => (event.kind === 'forked' ? [{ kind: 'reread', feed: FEED_A, from: 2 }] : [])
    driver.receive(at(A, 1))
    driver.flush()
    expect(read(events)).toEqual([[1]])
    driver.forked(FEED_A)
    await vi.advanceTimersByTimeAsync(5)
    expect(read(events)).toEqual([[1], [2, 3, 4, 5, 6]])
  })
})

describe('an end', () => {
  it('comes with a failed publish: nothing is dispatched any more', async () => {
    const { driver, kinds, failures, publishing, state } = setting()
    state.answer = ({ kind }) =>
      kind === 'start' ? [slot, { kind: 'timer', timer: 'round', delayMs: 5 }] : []
    driver.start()
    const error = new Error('the disk is full')
    publishing[0]?.reject(error)
    await vi.advanceTimersByTimeAsync(0)
    expect(failures).toEqual([error])
    driver.receive(at(A, 0))
    driver.connected(FEED_A)
    await vi.advanceTimersByTimeAsync(50)
    expect(kinds()).toEqual(['start'])
  })

  it('comes when the core throws, and is told once', () => {
    const { driver, failures, state } = setting()
    state.answer = () => {
      throw new RangeError('a broken invariant')
    }
    driver.start()
    driver.start()
    expect(failures).toHaveLength(1)
  })

  it('comes with stop: timers and the inbox are dropped', () => {
    const { driver, kinds, failures, state } = setting()
    state.answer = () => [{ kind: 'timer', timer: 'round', delayMs: 5 }]
    driver.start()
    driver.receive(at(A, 0))
    driver.stop()
    vi.advanceTimersByTime(50)
    expect(kinds()).toEqual(['start'])
    expect(failures).toEqual([])
  })
})
