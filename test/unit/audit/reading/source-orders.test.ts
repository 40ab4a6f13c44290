import { describe, expect, it } from 'vitest'
import { FeedNumbers } from '../../../../src/audit/reading/feed-numbers.js'
import { lowerMedian, SourceOrders, upperMedian } from '../../../../src/audit/reading/source-orders.js'
import type { FeedId } from '../../../../src/feeds/index.js'

const feed = '@feed' as FeedId
const counter = '@counter' as FeedId
const [author, other] = ['@author', '@other'] as FeedId[]

describe('how far the chain was where a message arrived', () => {
  it('is told by each source in its own order', () => {
    const orders = new SourceOrders([undefined, undefined])
    orders.arrive(0, counter, 1, 7)
    orders.arrive(0, feed, 1, undefined)
    orders.arrive(1, feed, 1, undefined)
    orders.arrive(1, counter, 1, 7)
    expect(orders.decidedAt(feed, 1, author)).toEqual([0, 7])
    expect(orders.decidedEverywhere).toBe(7)
  })

  it('leaves out the source of its author, unless there is no other', () => {
    const alone = new SourceOrders([author])
    alone.arrive(0, feed, 1, undefined)
    expect(alone.decidedAt(feed, 1, author)).toEqual([0])
    const orders = new SourceOrders([author, other])
    orders.arrive(0, feed, 1, undefined)
    expect(orders.decidedAt(feed, 1, author)).toEqual([])
    orders.arrive(1, counter, 1, 3)
    orders.arrive(1, feed, 1, undefined)
    expect(orders.decidedAt(feed, 1, author)).toEqual([3])
  })

  it('does not go back for the decision of a lower height', () => {
    const orders = new SourceOrders([undefined])
    orders.arrive(0, counter, 1, 5)
    orders.arrive(0, counter, 2, 4)
    orders.arrive(0, feed, 1, undefined)
    expect(orders.decidedAt(feed, 1, author)).toEqual([5])
  })

  it('begins where a pruned feed begins, and keeps what arrived first', () => {
    const orders = new SourceOrders([undefined])
    orders.arrive(0, feed, 10, undefined)
    orders.arrive(0, counter, 1, 5)
    orders.arrive(0, feed, 10, undefined)
    orders.arrive(0, feed, 11, undefined)
    expect([9, 10, 11, 12].map((sequence) => orders.decidedAt(feed, sequence, author))).toEqual([
      [],
      [0],
      [5],
      [],
    ])
  })
})

it('the middle of sorted numbers, or one of two', () => {
  expect([[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4]].map(lowerMedian)).toEqual([undefined, 1, 1, 2, 2])
  expect([[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4]].map(upperMedian)).toEqual([undefined, 1, 2, 2, 3])
})

it('numbers of a feed by sequence, however many', () => {
  const numbers = new FeedNumbers(3)
  for (let sequence = 3; sequence < 1_000; sequence++) numbers.note(sequence, sequence * 2)
  expect([2, 3, 999, 1_000].map((sequence) => numbers.at(sequence))).toEqual([undefined, 6, 1_998, undefined])
  expect([numbers.last, [...numbers.entries()].length]).toEqual([999, 997])
})
