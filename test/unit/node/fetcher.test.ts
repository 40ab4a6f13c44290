import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FeedId, FeedMessage } from '../../../src/feeds/index.js'
import { Fetcher } from '../../../src/node/fetcher.js'
import type { Want } from '../../../src/protocol/index.js'
import { type Deferred, deferred, feedNamed, keyNamed, messageOf } from '../../support/feed-of.js'

const [A, B, C] = [feedNamed('a'), feedNamed('b'), feedNamed('c')]
const NAMES = new Map([
  [A, 'a'],
  [B, 'b'],
  [C, 'c'],
])

const want = (label: string, ...from: readonly FeedId[]): Want => ({
  kind: 'message',
  key: keyNamed(label),
  from,
})

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const setting = (...wants: readonly Want[]) => {
  const state = { wants, peers: [A, B, C] as readonly FeedId[] }
  const asked: string[] = []
  const delivered: FeedMessage[] = []
  const answers: Deferred<readonly FeedMessage[]>[] = []
  const fetcher = new Fetcher({
    wants: () => state.wants,
    peers: () => state.peers,
    ask: (peer, { kind }) => {
      asked.push(`${NAMES.get(peer)} ${kind}`)
      const answer = deferred<readonly FeedMessage[]>()
      answers.push(answer)
      return answer.promise
    },
    deliver: (messages) => delivered.push(...messages),
  })
  return { state, asked, delivered, answers, fetcher }
}

/** Every question asked so far is answered with nothing. */
const refuseAll = async (answers: Deferred<readonly FeedMessage[]>[]) => {
  for (const answer of answers) answer.resolve([])
  await vi.advanceTimersByTimeAsync(0)
}

describe('a fetcher', () => {
  it('gives replication a moment before it asks', async () => {
    const { fetcher, asked } = setting(want('x', B))
    fetcher.wake()
    await vi.advanceTimersByTimeAsync(24)
    expect(asked).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(asked).toEqual(['b message'])
  })

  it('asks nobody for what came meanwhile', async () => {
    const { fetcher, asked, state } = setting(want('x', B))
    fetcher.wake()
    state.wants = []
    await vi.advanceTimersByTimeAsync(1000)
    expect(asked).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('asks one peer after the other: the likely ones first, then anyone, and round again', async () => {
    const { fetcher, asked, answers } = setting(want('x', C, B))
    fetcher.wake()
    await vi.advanceTimersByTimeAsync(25)
    for (let retry = 0; retry < 4; retry++) {
      await refuseAll(answers)
      await vi.advanceTimersByTimeAsync(200)
    }
    expect(asked.map((name) => name[0])).toEqual(['c', 'b', 'a', 'c', 'b'])
  })

  it('leaves out peers without a live link', async () => {
    const { fetcher, asked, answers, state } = setting(want('x', B))
    state.peers = [A, C]
    fetcher.wake()
    await vi.advanceTimersByTimeAsync(25)
    await refuseAll(answers)
    await vi.advanceTimersByTimeAsync(200)
    expect(asked.map((name) => name[0])).toEqual(['a', 'c'])
  })

  it('waits for the first peer when there is none', async () => {
    const { fetcher, asked, state } = setting(want('x', B))
    state.peers = []
    fetcher.wake()
    await vi.advanceTimersByTimeAsync(625)
    expect(asked).toEqual([])
    state.peers = [B]
    await vi.advanceTimersByTimeAsync(200)
    expect(asked).toEqual(['b message'])
  })

  it('asks for one thing once at a time, and for several side by side', async () => {
    const { fetcher, asked } = setting(want('x', A), want('y', A))
    fetcher.wake()
    await vi.advanceTimersByTimeAsync(2000)
    expect(asked).toEqual(['a message', 'a message'])
  })

  it('delivers what comes, and asks on after a failure', async () => {
    const { fetcher, asked, answers, delivered, state } = setting(want('x', A))
    fetcher.wake()
    await vi.advanceTimersByTimeAsync(25)
    answers[0]?.reject(new Error('gone'))
    await vi.advanceTimersByTimeAsync(200)
    expect(asked.map((name) => name[0])).toEqual(['a', 'b'])
    const message = messageOf(A, 1)
    answers[1]?.resolve([message])
    state.wants = []
    await vi.advanceTimersByTimeAsync(200)
    expect(delivered).toEqual([message])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('asks for a range by its tip', async () => {
    const range: Want = { kind: 'range', lane: C, after: 0, sequence: 3, tip: keyNamed('t'), from: [B] }
    const { fetcher, asked } = setting(range)
    fetcher.wake()
    await vi.advanceTimersByTimeAsync(25)
    expect(asked).toEqual(['b range'])
  })

  it('begins with the likeliest again for what is wanted a second time', async () => {
    const { fetcher, asked, answers, state } = setting(want('x', C))
    fetcher.wake()
    await vi.advanceTimersByTimeAsync(25)
    await refuseAll(answers)
    state.wants = []
    await vi.advanceTimersByTimeAsync(200)
    state.wants = [want('x', C)]
    fetcher.wake()
    await vi.advanceTimersByTimeAsync(25)
    expect(asked.map((name) => name[0])).toEqual(['c', 'c'])
  })

  it('asks nothing after it was stopped', async () => {
    const { fetcher, asked } = setting(want('x', A))
    fetcher.wake()
    fetcher.stop()
    fetcher.wake()
    await vi.advanceTimersByTimeAsync(1000)
    expect(asked).toEqual([])
  })
})
