import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FeedMessage, feedIdOf, NO_MESSAGE } from '../../../src/feeds/index.js'
import { LanePublisher } from '../../../src/validator/lane-publisher.js'

const bytes = (value: number, size = 100): Uint8Array => new Uint8Array(size).fill(value)

/** Publishes when told to, and remembers what. */
class Lane {
  readonly batches: number[][] = []
  readonly #finish: ((error?: Error) => void)[] = []

  readonly publish = (transactions: readonly Uint8Array[]): Promise<FeedMessage> => {
    this.batches.push(transactions.map((transaction) => transaction[0] ?? -1))
    const sequence = this.batches.length
    return new Promise((resolve, reject) =>
      this.#finish.push((error) =>
        error
          ? reject(error)
          : resolve({
              key: NO_MESSAGE,
              author: feedIdOf(new Uint8Array(32)),
              sequence,
              previous: null,
              timestamp: 0,
              size: 0,
              body: { type: 'transaction', transactions },
            }),
      ),
    )
  }

  async finish(error?: Error): Promise<void> {
    this.#finish.shift()?.(error)
    await vi.advanceTimersByTimeAsync(0)
  }
}

describe('lane publisher', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const make = (laneBatchMs = 10) => {
    const lane = new Lane()
    return { lane, publisher: new LanePublisher(lane.publish, laneBatchMs, () => Date.now()) }
  }

  it('publishes the first transaction at once and acknowledges it when durable', async () => {
    const { lane, publisher } = make()
    const added = publisher.add(bytes(1))
    expect(lane.batches).toEqual([[1]])
    let acknowledged = false
    void added.then(() => (acknowledged = true))
    await vi.advanceTimersByTimeAsync(1000)
    expect(acknowledged).toBe(false)
    await lane.finish()
    expect(await added).toMatchObject({ index: 0, message: { sequence: 1 } })
  })

  it('gathers what comes within the pace, in order, one message at a time', async () => {
    const { lane, publisher } = make()
    const first = publisher.add(bytes(1))
    const second = publisher.add(bytes(2))
    await lane.finish()
    await first
    expect(lane.batches).toEqual([[1]])
    await vi.advanceTimersByTimeAsync(9)
    const third = publisher.add(bytes(3))
    expect(lane.batches).toEqual([[1]])
    await vi.advanceTimersByTimeAsync(1)
    expect(lane.batches).toEqual([[1], [2, 3]])
    void publisher.add(bytes(4))
    await vi.advanceTimersByTimeAsync(50)
    expect(lane.batches).toEqual([[1], [2, 3]])
    await lane.finish()
    expect(await second).toMatchObject({ index: 0, message: { sequence: 2 } })
    expect(await third).toMatchObject({ index: 1 })
    expect(lane.batches).toEqual([[1], [2, 3], [4]])
    await lane.finish()
  })

  it('does not wait with a message that is full, by count or by size', async () => {
    const { lane, publisher } = make(60_000)
    void publisher.add(bytes(1))
    for (let index = 0; index < 70; index++) void publisher.add(bytes(2, 50))
    await lane.finish()
    expect(lane.batches.map((batch) => batch.length)).toEqual([1, 64])
    await lane.finish()
    expect(lane.batches).toHaveLength(2)
    for (let index = 0; index < 3; index++) void publisher.add(bytes(3, 2500))
    expect(lane.batches.map((batch) => batch.length)).toEqual([1, 64, 8])
    await lane.finish()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(lane.batches[3]).toEqual([3])
    await lane.finish()
  })

  it('refuses those whose message failed, and goes on with the next', async () => {
    const { lane, publisher } = make()
    const failed = expect(publisher.add(bytes(1))).rejects.toMatchObject({ code: 'publish-failed' })
    const next = publisher.add(bytes(2))
    await lane.finish(new Error('disk full'))
    await failed
    await vi.advanceTimersByTimeAsync(10)
    await lane.finish()
    expect(await next).toMatchObject({ index: 0 })
  })

  it('closes by refusing what waits and finishing what is on its way', async () => {
    const { lane, publisher } = make()
    const onItsWay = publisher.add(bytes(1))
    const waiting = expect(publisher.add(bytes(2))).rejects.toMatchObject({ code: 'not-ready' })
    const closed = publisher.close()
    await waiting
    await expect(publisher.add(bytes(3))).rejects.toMatchObject({ code: 'not-ready' })
    await lane.finish()
    await closed
    expect(await onItsWay).toMatchObject({ index: 0 })
    expect(lane.batches).toEqual([[1]])
  })
})
