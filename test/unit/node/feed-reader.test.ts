import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FeedMessage } from '../../../src/feeds/index.js'
import { FeedReader } from '../../../src/node/feed-reader.js'
import { deferred, feedNamed, feedWith, messageOf } from '../../support/feed-of.js'
import { waitUntil } from '../../support/wait-until.js'

const FEED = feedNamed('feed')

/** A reader over a log that grows, and what it handed on of the feed. */
const setting = (stored: number) => {
  const log = [...feedWith('feed', stored)]
  const handed: number[] = []
  const failures: unknown[] = []
  const hand = (messages: readonly FeedMessage[]) => handed.push(...messages.map(({ sequence }) => sequence))
  let gate = Promise.resolve()
  const reads: number[] = []
  const readFeed = async (_feed: typeof FEED, from: number, limit: number) => {
    reads.push(from)
    const found = log.slice(from - 1, from - 1 + limit)
    await gate
    return found
  }
  const reader = new FeedReader(readFeed, hand, (error) => failures.push(error))
  return {
    reader,
    handed,
    failures,
    reads,
    /** The next message of the feed is stored, and arrives. */
    arrive: () => {
      const message = messageOf(FEED, log.length + 1)
      log.push(message)
      if (reader.takes(message)) hand([message])
    },
    /** Reads take until the returned function is called. */
    hold: () => {
      const released = deferred<void>()
      gate = released.promise
      return () => released.resolve()
    },
    length: () => log.length,
  }
}

const upTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, index) => from + index)

describe('a feed reader', () => {
  it('passes on what arrives', () => {
    const { reader, arrive, handed } = setting(0)
    arrive()
    arrive()
    expect(handed).toEqual([1, 2])
    expect(reader.takes(messageOf(feedNamed('other'), 1))).toBe(true)
  })

  it('hands on nothing of a paused feed, and leaves other feeds alone', () => {
    const { reader, arrive, handed } = setting(0)
    reader.pause(FEED)
    arrive()
    expect(handed).toEqual([])
    expect(reader.takes(messageOf(feedNamed('other'), 1))).toBe(true)
  })

  it('reads a feed again from where it is wanted, in pages, and then live', async () => {
    const { reader, arrive, handed, reads } = setting(150)
    reader.pause(FEED)
    reader.reread(FEED, 3)
    await waitUntil('all is read', () => handed.length === 148 && reader.takes(messageOf(FEED, 151)))
    expect(handed).toEqual(upTo(150, 3))
    expect(reads).toEqual([3, 67, 131, 151])
    arrive()
    expect(handed.at(-1)).toBe(151)
  })

  it('misses nothing that arrives while it reads the last page', async () => {
    const { reader, arrive, handed, hold } = setting(2)
    reader.pause(FEED)
    const release = hold()
    reader.reread(FEED, 1)
    arrive()
    arrive()
    expect(handed).toEqual([])
    release()
    await waitUntil('all is read', () => handed.length === 4)
    expect(handed).toEqual([1, 2, 3, 4])
  })

  it('does not hand on again what it read before it arrived, as during the replay of a log', async () => {
    const { reader, handed } = setting(6)
    reader.pause(FEED)
    reader.reread(FEED, 3)
    await waitUntil('the log is read', () => reader.takes(messageOf(FEED, 7)))
    expect(handed).toEqual([3, 4, 5, 6])
    expect([4, 5, 6, 7].map((sequence) => reader.takes(messageOf(FEED, sequence)))).toEqual([
      false,
      false,
      false,
      true,
    ])
  })

  it('stops reading when the feed is paused again, and goes on from there', async () => {
    const { reader, handed, hold } = setting(5)
    reader.pause(FEED)
    const release = hold()
    reader.reread(FEED, 1)
    reader.pause(FEED)
    release()
    await Promise.resolve()
    reader.reread(FEED, 4)
    await waitUntil('the rest is read', () => handed.length === 2)
    expect(handed).toEqual([4, 5])
  })

  it('hands on nothing after it was stopped', async () => {
    const { reader, arrive, handed } = setting(0)
    reader.pause(FEED)
    reader.stop()
    arrive()
    reader.reread(FEED, 1)
    await Promise.resolve()
    expect(handed).toEqual([])
  })

  it('tells when the log cannot be read', async () => {
    const failures: unknown[] = []
    const error = new Error('disk')
    const reader = new FeedReader(
      () => Promise.reject(error),
      () => undefined,
      (failure) => failures.push(failure),
    )
    reader.reread(FEED, 1)
    await waitUntil('the failure is told', () => failures.length > 0)
    expect(failures).toEqual([error])
  })
})

describe('a feed reader, in whatever order things happen', () => {
  const step = fc.constantFrom('arrive', 'pause', 'reread', 'tick')

  it('hands on every message once, in order, from where it was wanted last', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { reader, arrive, handed, length } = setting(3)
        // As a core does: it pauses at the next message that it has not taken, and wants it again later.
        handed.push(1, 2, 3)
        let isPaused = false
        for (const kind of steps) {
          if (kind === 'arrive') arrive()
          if (kind === 'tick') await new Promise(setImmediate)
          if (kind === 'pause' && !isPaused) {
            reader.pause(FEED)
            isPaused = true
          }
          if (kind === 'reread' && isPaused) {
            reader.reread(FEED, handed.length + 1)
            isPaused = false
          }
        }
        if (isPaused) reader.reread(FEED, handed.length + 1)
        await waitUntil('all is handed on', () => handed.length >= length())
        expect(handed).toEqual(upTo(length()))
      }),
      { numRuns: 100 },
    )
  })
})
