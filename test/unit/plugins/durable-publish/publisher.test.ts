import { describe, expect, it } from 'vitest'

import type { PublisherContext } from '../../../../plugins/durable-publish/publisher.js'
import { Publisher } from '../../../../plugins/durable-publish/publisher.js'
import type { WalRecord } from '../../../../plugins/durable-publish/wal-record.js'
import type { ClassicMessage, FeedId } from '../../../../src/feeds/index.js'
import { messageKeyOfValue } from '../../../../src/feeds/index.js'
import { generateNodeIdentity } from '../../../../src/roles/index.js'
import { CodedError } from '../../../../src/util/index.js'
import { signedChain, signedMessage } from '../../../support/signed-feed.js'

const keys = generateNodeIdentity(new Uint8Array(32).fill(1))
const other = generateNodeIdentity(new Uint8Array(32).fill(2))
const [foreign = never()] = signedChain(generateNodeIdentity(new Uint8Array(32).fill(3)), 1)

/** A log and a disk in memory. The disk is as slow as the test wants: each write waits for `finishWrite`. */
const newPublisher = (changes: Partial<PublisherContext> = {}) => {
  const tails = new Map<FeedId, ClassicMessage>()
  const events: string[] = []
  const troubles: unknown[] = []
  const writes: (readonly WalRecord[])[] = []
  let waiting: ((error?: Error) => void) | undefined
  const context: PublisherContext = {
    nowMs: () => 1000,
    tail: (feed) => tails.get(feed) ?? null,
    promised: () => 0,
    keyOf: messageKeyOfValue,
    sign: (identity, content, timestamp, previous) => ({
      ...signedMessage(identity, previous === null ? undefined : stored(previous), content).value,
      timestamp,
    }),
    notOnDisk: async () => null,
    write: (records) => {
      writes.push(records)
      events.push(`write ${records.length}`)
      return new Promise((resolve, reject) => {
        waiting = (error) => (error ? reject(error) : resolve())
      })
    },
    add: (message) => {
      tails.set(message.author, message)
      events.push(`add ${message.sequence}`)
      return true
    },
    onAdded: async () => undefined,
    onWrite: (error) => void troubles.push(error),
    wait: async () => undefined,
    ...changes,
  }
  const finishWrite = async (error?: Error): Promise<void> => {
    while (waiting === undefined) await new Promise(setImmediate)
    const finish = waiting
    waiting = undefined
    finish(error)
  }
  return { publisher: new Publisher(context), finishWrite, writes, events, tails, troubles }
}

describe('the publisher', () => {
  it('adds only what is on disk, and shares one write among all that waited', async () => {
    const { publisher, finishWrite, events } = newPublisher()
    const published = [1, 2, 3].map((index) => publisher.publish(keys, { type: 'test', index }))
    await new Promise(setImmediate)
    expect(events).toEqual(['write 1'])
    await finishWrite()
    await finishWrite()
    const sequences = (await Promise.all(published)).map(({ message }) => message.sequence)
    expect(sequences).toEqual([1, 2, 3])
    expect(events).toEqual(['write 1', 'add 1', 'write 2', 'add 2', 'add 3'])
  })

  it('keeps feeds apart and each in order', async () => {
    const { publisher, finishWrite, tails } = newPublisher()
    const published = [keys, other, keys, other, keys].map((identity) =>
      publisher.publish(identity, { type: 'test' }),
    )
    await finishWrite()
    await finishWrite()
    await Promise.all(published)
    expect([tails.get(keys.id)?.sequence, tails.get(other.id)?.sequence]).toEqual([3, 2])
  })

  it('leaves the feed as it was when the disk fails, and goes on when it works again', async () => {
    const { publisher, finishWrite, tails, events } = newPublisher()
    const failing = [publisher.publish(keys, { type: 'test' }), publisher.publish(keys, { type: 'test' })]
    const outcomes = Promise.allSettled(failing)
    await finishWrite(new CodedError('wal-write-failed', 'full'))
    await finishWrite(new CodedError('wal-write-failed', 'full'))
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'wal-write-failed' } })
    }
    expect(tails.size).toBe(0)
    const next = publisher.publish(keys, { type: 'test' })
    await finishWrite()
    expect((await next).message).toMatchObject({ sequence: 1, previous: null })
    expect(events.filter((event) => event.startsWith('add'))).toEqual(['add 1'])
  })

  it('tries again what may wait, in order, as long as the disk takes nothing', async () => {
    const { publisher, finishWrite, tails, events, troubles } = newPublisher()
    const say = (index: number, isPatient: boolean) =>
      publisher.publish(keys, { type: 'test', index }, { isPatient })
    const full = new CodedError('wal-write-failed', 'full')
    const [first, hasty, second] = [say(1, true), say(2, false), say(3, true)]
    hasty.catch(() => undefined)
    for (let attempt = 0; attempt < 4; attempt++) await finishWrite(full)
    await finishWrite()
    expect((await first).message).toMatchObject({ sequence: 1, content: { index: 1 } })
    expect((await second).message).toMatchObject({ sequence: 2, content: { index: 3 } })
    await expect(hasty).rejects.toBe(full)
    expect(events.filter((event) => event.startsWith('add'))).toEqual(['add 1', 'add 2'])
    expect(tails.size).toBe(1)
    expect(troubles).toEqual([full, full, full, full, null])
  })

  it.each([
    ['when it is closed', 'wal-write-failed', true],
    ['when the disk is beyond hope', 'wal-broken', false],
  ])('gives up what may wait %s', async (_name, code, close) => {
    const { publisher, finishWrite } = newPublisher()
    const waiting = publisher.publish(keys, { type: 'test' }, { isPatient: true })
    const outcome = expect(waiting).rejects.toMatchObject({ code })
    await new Promise(setImmediate)
    const closed = close ? publisher.close() : Promise.resolve()
    await finishWrite(new CodedError(code, 'no'))
    await outcome
    await closed
  })

  it('refuses a message that is too large without touching the feed', async () => {
    const { publisher, finishWrite } = newPublisher()
    const tooLarge = publisher.publish(keys, { type: 'test', text: 'x'.repeat(8000) })
    await expect(tooLarge).rejects.toMatchObject({ code: 'message-too-large', data: { limit: 8192 } })
    const next = publisher.publish(keys, { type: 'test' })
    await finishWrite()
    expect((await next).message.sequence).toBe(1)
  })

  it('takes a message of exactly the largest size', async () => {
    const { publisher, finishWrite } = newPublisher()
    const sized = (length: number) => ({ type: 'test', text: 'x'.repeat(length) })
    const probe = JSON.stringify(signedMessage(keys, undefined, sized(0)).value, null, 2).length
    // The test's signer and this publisher write timestamps of different lengths.
    const room = 8192 - probe + '1700000000000'.length - '1000'.length
    await expect(publisher.publish(keys, sized(room + 1))).rejects.toMatchObject({ data: { size: 8193 } })
    const fits = publisher.publish(keys, sized(room))
    await finishWrite()
    expect((await fits).message.sequence).toBe(1)
  })

  it('writes timestamps that only grow, whatever the clock does', async () => {
    let nowMs = 5000
    const { publisher, finishWrite } = newPublisher({ nowMs: () => (nowMs -= 100) })
    const timestamps: number[] = []
    for (let index = 0; index < 3; index++) {
      const published = publisher.publish(keys, { type: 'test' })
      await finishWrite()
      timestamps.push((await published).message.timestamp)
    }
    expect(timestamps).toEqual([4900, 4901, 4902])
  })

  it('writes messages of others that are not on disk before the one that needs them, each once', async () => {
    const { publisher, finishWrite, writes } = newPublisher({ notOnDisk: async () => foreign.value })
    const published = [publisher.publish(keys, { type: 'first' })]
    await new Promise(setImmediate)
    for (let index = 0; index < 2; index++) {
      published.push(publisher.publish(keys, { type: 'test' }, { durable: [foreign.key] }))
    }
    await new Promise(setImmediate)
    await finishWrite()
    await finishWrite()
    await Promise.all(published)
    expect(writes.map((records) => records.map(({ kind }) => kind))).toEqual([
      ['own'],
      ['foreign', 'own', 'own'],
    ])
  })

  it('keeps the order in which it was asked, whatever has to be looked up for each', async () => {
    const lookup: (() => void)[] = []
    const notOnDisk = () => new Promise<null>((resolve) => lookup.push(() => resolve(null)))
    const { publisher, finishWrite } = newPublisher({ notOnDisk })
    const slow = publisher.publish(keys, { type: 'first' }, { durable: [foreign.key] })
    const quick = publisher.publish(keys, { type: 'second' })
    await new Promise(setImmediate)
    lookup.forEach((found) => found())
    await finishWrite()
    await finishWrite()
    const sequences = (await Promise.all([slow, quick])).map(({ message }) => message.sequence)
    expect(sequences).toEqual([1, 2])
  })

  it('refuses what depends on a message that nobody holds, and goes on with the rest', async () => {
    const unknown = new CodedError('durable-message-unknown', 'unknown')
    const { publisher, finishWrite } = newPublisher({ notOnDisk: () => Promise.reject(unknown) })
    const refused = expect(
      publisher.publish(keys, { type: 'first' }, { durable: [foreign.key] }),
    ).rejects.toBe(unknown)
    const next = publisher.publish(keys, { type: 'second' })
    await finishWrite()
    await refused
    expect((await next).message).toMatchObject({ sequence: 1, content: { type: 'second' } })
  })

  it('signs nothing on top of a feed whose own messages are missing', async () => {
    const { publisher } = newPublisher({ promised: () => 7 })
    await expect(publisher.publish(keys, { type: 'test' })).rejects.toMatchObject({
      code: 'own-feed-incomplete',
    })
  })

  it('says so when the log refuses an own message', async () => {
    const { publisher, finishWrite } = newPublisher({ add: () => false })
    const published = publisher.publish(keys, { type: 'test' })
    await finishWrite()
    await expect(published).rejects.toMatchObject({ code: 'own-feed-moved' })
  })

  it('finishes what it took when it closes, and takes nothing more', async () => {
    const { publisher, finishWrite } = newPublisher()
    const published = publisher.publish(keys, { type: 'test' })
    await new Promise(setImmediate)
    const closing = publisher.close()
    await expect(publisher.publish(keys, { type: 'test' })).rejects.toMatchObject({
      code: 'publisher-closed',
    })
    await finishWrite()
    await closing
    expect((await published).message.sequence).toBe(1)
  })
})

const stored = (value: ClassicMessage) => ({ key: messageKeyOfValue(value), value })

function never(): never {
  throw new Error('nothing was made')
}
