import { describe, expect, it } from 'vitest'
import { LaneTracker } from '../../../src/chain-store/index.js'
import { feedIdOf, type FeedMessage, messageKeyOf, NO_MESSAGE, sha256 } from '../../../src/feeds/index.js'
import { transactionHash } from '../../../src/ledger/index.js'
import { utf8 } from '../../../src/util/index.js'

const lanes = [0, 1].map((lane) => feedIdOf(new Uint8Array(32).fill(lane + 1)))
const bytes = (label: string): Uint8Array => utf8(label)
const hash = (label: string) => transactionHash(bytes(label))

const message = (lane: number, sequence: number, labels: readonly string[]): FeedMessage => ({
  key: messageKeyOf(sha256(utf8(`${lane} ${sequence}`))),
  author: lanes[lane] ?? feedIdOf(new Uint8Array(32)),
  sequence,
  previous: sequence === 1 ? null : NO_MESSAGE,
  timestamp: sequence,
  size: 500,
  body: { type: 'transaction', transactions: labels.map(bytes) },
})

const advance = (lane: number, sequence: number) => [{ lane, sequence, tip: NO_MESSAGE }]

describe('lane tracker', () => {
  it('knows a transaction by its first place until a block passes it', () => {
    const tracker = new LaneTracker(lanes, () => 0)
    expect(tracker.add(message(0, 1, ['a', 'b']))).toEqual([hash('a'), hash('b')])
    expect(tracker.add(message(1, 1, ['a', 'c']))).toEqual([hash('c')])
    expect(tracker.place(hash('a'))).toMatchObject({ lane: 0, sequence: 1, index: 0 })
    expect(tracker.place(hash('c'))).toMatchObject({ lane: 1, index: 1 })
    tracker.add(message(0, 2, ['d']))
    tracker.advance(advance(0, 1))
    expect(['a', 'b', 'c', 'd'].map((label) => tracker.place(hash(label)) !== undefined)).toEqual([
      false,
      false,
      true,
      true,
    ])
    expect(tracker.count).toBe(2)
  })

  it('takes nothing twice, and nothing that a block has executed', () => {
    const tracker = new LaneTracker(lanes, (lane) => (lane === 0 ? 3 : 0))
    expect(tracker.add(message(0, 3, ['old']))).toEqual([])
    expect(tracker.add(message(0, 4, ['new']))).toEqual([hash('new')])
    expect(tracker.add(message(0, 4, ['forked']))).toEqual([])
    expect(tracker.place(hash('forked'))).toBeUndefined()
  })

  it('remembers no more than its limit, and takes up again when there is room', () => {
    const tracker = new LaneTracker(lanes, () => 0, 2)
    expect(tracker.add(message(0, 1, ['a', 'b', 'c']))).toHaveLength(2)
    tracker.advance(advance(0, 1))
    expect(tracker.count).toBe(0)
    expect(tracker.add(message(0, 2, ['d']))).toHaveLength(1)
  })
})
