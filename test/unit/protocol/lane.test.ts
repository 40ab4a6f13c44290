import { describe, expect, it } from 'vitest'
import { feedIdOf, type FeedMessage, messageKeyOf, NO_MESSAGE, sha256 } from '../../../src/feeds/index.js'
import {
  advanceBase,
  emptyLane,
  haveOf,
  hold,
  type Lane,
  leaves,
  nextAfter,
  onBranch,
  stretch,
  transactionsHeld,
} from '../../../src/protocol/lane.js'
import { utf8 } from '../../../src/util/index.js'

const FEED = feedIdOf(new Uint8Array(32).fill(7))
const START = { sequence: 0, tip: NO_MESSAGE }

/** The message called `a3`: the third of branch a, on top of `a2` unless told otherwise. */
const named = (name: string, previous = `${name[0]}${Number(name.slice(1)) - 1}`): FeedMessage => {
  const sequence = Number(name.slice(1))
  return {
    key: keyOf(name),
    author: FEED,
    sequence,
    previous: sequence === 1 ? null : keyOf(previous),
    timestamp: sequence,
    size: 100,
    body: { type: 'transaction', transactions: [utf8(name)] },
  }
}

const keyOf = (name: string) => messageKeyOf(sha256(utf8(name)))
const tip = (name: string) => ({ sequence: Number(name.slice(1)), tip: keyOf(name) })

const laneWith = (...messages: readonly FeedMessage[]): Lane => {
  const lane = emptyLane(FEED, 0, START)
  for (const message of messages) hold(lane, message)
  return lane
}

/** a1 to a5, and a branch b that leaves it after a2. */
const forkedLane = (): Lane =>
  laneWith(named('a1'), named('a2'), named('a3'), named('a4'), named('b3', 'a2'), named('b4'))

describe('what is held of a lane', () => {
  it.each([
    ['nothing of an empty lane', [], 0],
    ['all of it in order', ['a1', 'a2', 'a3'], 3],
    ['nothing beyond a gap', ['a1', 'a3', 'a4'], 1],
    ['everything once a fetched message closes the gap', ['a1', 'a3', 'a4', 'a2'], 4],
    ['everything read backwards', ['a3', 'a2', 'a1'], 3],
    ['nothing without its first message', ['a2', 'a3'], 0],
  ])('is %s', (_name, names, have) => {
    const lane = laneWith(...names.map((name) => named(name)))
    expect(haveOf(lane)).toBe(have)
    expect(lane.bytes).toBe(100 * names.length)
    expect(transactionsHeld(lane)).toBe(names.length)
  })

  it('is the branch that came first, and keeps the other by key', () => {
    const lane = forkedLane()
    expect(haveOf(lane)).toBe(4)
    expect(onBranch(lane, 3)?.key).toBe(keyOf('a3'))
    expect(lane.held.has(keyOf('b4'))).toBe(true)
  })

  it('counts a message once, and none up to the executed cut', () => {
    const lane = laneWith(named('a1'), named('a2'))
    expect(hold(lane, named('a2'))).toBe(false)
    advanceBase(lane, tip('a2'))
    expect(hold(lane, named('a1'))).toBe(false)
    expect(lane.bytes).toBe(0)
  })

  it('does not take a message for the next one whose sequence is another', () => {
    const lane = laneWith(named('a1'), { ...named('a2'), sequence: 3 })
    expect(haveOf(lane)).toBe(1)
  })

  it('is not stopped by a message that lies about its sequence', () => {
    const lie = { ...named('c9', 'a2'), sequence: 7 }
    const lane = laneWith(named('a1'), lie, named('a2'), named('a3'), named('a4'))
    expect(haveOf(lane)).toBe(4)
    expect(nextAfter(lane, tip('a2'))?.key).toBe(keyOf('a3'))
    advanceBase(lane, tip('a3'))
    expect(haveOf(lane)).toBe(4)
  })

  it('is junk without transactions, too', () => {
    const lane = laneWith(named('a1'), { ...named('a2'), body: { type: 'junk', code: 'malformed' } })
    expect(haveOf(lane)).toBe(2)
    expect(transactionsHeld(lane)).toBe(1)
  })
})

describe('the stretch between two tips', () => {
  const held = (...names: readonly string[]) => ({ kind: 'held', keys: names.map(keyOf) })
  const missing = (name: string) => ({ kind: 'missing', ...tipKey(name) })
  const tipKey = (name: string) => ({ sequence: Number(name.slice(1)), key: keyOf(name) })
  const detached = { kind: 'detached' }

  it.each([
    ['from the start', START, tip('a2'), held('a1', 'a2')],
    ['from a tip', tip('a2'), tip('a4'), held('a3', 'a4')],
    ['of one message', tip('a3'), tip('a4'), held('a4')],
    ['along the other branch', tip('a2'), tip('b4'), held('b3', 'b4')],
    ['along the other branch from the start', START, tip('b3'), held('a1', 'a2', 'b3')],
    ['to a tip that is not here', tip('a2'), tip('a5'), missing('a5')],
    ['from one branch to the other', tip('a3'), tip('b4'), detached],
    ['from the other branch to the first', tip('b3'), tip('a4'), detached],
    ['to a tip that is at another sequence', tip('a2'), { sequence: 4, tip: keyOf('a3') }, detached],
    ['to a tip that is farther than told', tip('a2'), { sequence: 3, tip: keyOf('a4') }, detached],
  ])('%s', (_name, from, to, expected) => {
    const found = stretch(forkedLane(), from, to)
    const keys = found.kind === 'held' ? { kind: 'held', keys: found.messages.map(({ key }) => key) } : found
    expect(keys).toEqual(expected)
  })

  it('names the newest message that is missing, by the link of the one above it', () => {
    const lane = laneWith(named('a1'), named('a4'), named('a5'))
    expect(stretch(lane, START, tip('a5'))).toEqual(missing('a3'))
  })
})

describe('advancing the base', () => {
  it('keeps what follows, and forgets what was taken', () => {
    const lane = laneWith(named('a1'), named('a2'), named('a3'), named('a4'))
    advanceBase(lane, tip('a2'))
    expect([haveOf(lane), lane.bytes, lane.held.size]).toEqual([4, 200, 2])
    expect(onBranch(lane, 3)?.key).toBe(keyOf('a3'))
    expect(stretch(lane, tip('a2'), tip('a4')).kind).toBe('held')
  })

  it('does nothing for a lane that did not advance', () => {
    const lane = laneWith(named('a1'))
    advanceBase(lane, START)
    expect([haveOf(lane), lane.bytes]).toEqual([1, 100])
  })

  it('goes over to the other branch where the chain took that one', () => {
    const lane = forkedLane()
    advanceBase(lane, tip('b3'))
    expect(haveOf(lane)).toBe(4)
    expect(onBranch(lane, 4)?.key).toBe(keyOf('b4'))
    expect(nextAfter(lane, tip('b3'))?.key).toBe(keyOf('b4'))
  })

  it('goes on with messages that came while the base was behind a gap', () => {
    const lane = laneWith(named('a3'), named('a4'))
    advanceBase(lane, tip('a2'))
    expect(haveOf(lane)).toBe(4)
  })

  it('tells where the chain follows another branch than the one replicated here', () => {
    const lane = forkedLane()
    expect(leaves(lane, tip('b3'))).toBe(true)
    expect(leaves(lane, tip('a3'))).toBe(false)
    expect(leaves(lane, START)).toBe(false)
    expect(leaves(lane, tip('a9'))).toBe(false)
  })
})
