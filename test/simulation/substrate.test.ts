import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FeedMessage } from '../../src/feeds/index.js'
import { castOf } from '../support/simulation/members.js'
import { Random } from '../support/simulation/random.js'
import { Schedule } from '../support/simulation/schedule.js'
import { hashedSignatures } from '../support/simulation/signatures.js'
import { FeedStore } from '../support/simulation/substrate/feed-store.js'
import { feedMessage } from '../support/simulation/substrate/wire.js'

describe('schedule', () => {
  it('runs actions in order of time, and of arrival where times are equal', () => {
    const delays = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 })
    fc.assert(
      fc.property(delays, fc.integer({ min: 2, max: 5 }), (times, nth) => {
        const schedule = new Schedule()
        const ran: { at: number; arrival: number }[] = []
        times.forEach((at, arrival) => {
          const cancel = schedule.after(at, () => ran.push({ at: schedule.now, arrival }))
          if (arrival % nth === 0) cancel()
        })
        while (schedule.runNext());
        const expected = times
          .map((at, arrival) => ({ at, arrival }))
          .filter(({ arrival }) => arrival % nth !== 0)
          .sort((a, b) => a.at - b.at || a.arrival - b.arrival)
        expect(ran).toEqual(expected)
      }),
    )
  })

  it('keeps the order of what is due at one time, though sums of delays differ in their last digit', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { maxLength: 30 }), (moments) => {
        const schedule = new Schedule()
        const ran: number[] = []
        for (const [arrival, moment] of moments.sort((a, b) => a - b).entries()) {
          schedule.at(moment, () => schedule.at(10, () => ran.push(arrival)))
        }
        while (schedule.runNext());
        expect(ran).toEqual([...moments.keys()])
      }),
    )
  })
})

describe('random', () => {
  it('gives the same for the same seed, and another for every fork', () => {
    const draw = (random: Random): number[] => Array.from({ length: 8 }, () => random.next())
    expect(draw(new Random('a'))).toEqual(draw(new Random('a')))
    expect(draw(new Random('a').fork('x'))).not.toEqual(draw(new Random('a').fork('y')))
    const drawn = new Random('a')
    drawn.next()
    expect(draw(drawn.fork('x'))).toEqual(draw(new Random('a').fork('x')))
  })

  it('stays within its bounds', () => {
    const random = new Random('bounds')
    for (let draw = 0; draw < 1_000; draw++) {
      expect(random.integer(3, 5)).toBeOneOf([3, 4, 5])
      expect(random.fraction()).toBeGreaterThanOrEqual(0)
      expect(random.fraction()).toBeLessThan(1)
    }
  })
})

describe('feed store', () => {
  const cast = castOf({ validators: 1, messagenodes: 1, scheme: hashedSignatures })
  const [member] = cast.network.genesis.validators
  const feed = (count: number): FeedMessage[] => {
    if (!member) throw new RangeError('a cast has its validators')
    const messages: FeedMessage[] = []
    for (let sequence = 1; sequence <= count; sequence++) {
      const previous = messages.at(-1)?.key ?? null
      const place = { author: member.id, sequence, previous, timestamp: sequence }
      messages.push(feedMessage(place, { type: 'nonsense', sequence }, cast.keyOf(member.id, 'main')))
    }
    return messages
  }

  it('takes a feed without gaps and refuses another branch', () => {
    const [first, second, third] = feed(3)
    if (!first || !second || !third) throw new RangeError('three messages')
    const store = new FeedStore()
    expect(store.append(second)).toBe('refused')
    expect(store.append(first)).toBe('appended')
    expect(store.append(first)).toBe('known')
    expect(store.append(third)).toBe('refused')
    expect(store.append({ ...second, previous: third.key })).toBe('forked')
    expect(store.range(first.key, 0)).toEqual([first])
    expect(store.range(second.key, 0)).toBeUndefined()
  })

  it('keeps through a crash what was flushed or secured, and a prefix of the rest at most', () => {
    fc.assert(
      fc.property(fc.nat(6), fc.integer({ min: 1, max: 7 }), fc.string(), (flushed, secured, seed) => {
        const messages = feed(7)
        const store = new FeedStore()
        messages.slice(0, flushed).forEach((message) => store.append(message))
        store.beginFlush()()
        messages.slice(flushed).forEach((message) => store.append(message))
        const named = messages[secured - 1]
        if (!named) throw new RangeError('seven messages')
        store.secure(named)
        const survivor = store.afterCrash(new Random(seed))
        const length = survivor.length(named.author)
        expect(length).toBeGreaterThanOrEqual(flushed)
        expect(survivor.log).toEqual(messages.slice(0, length))
        expect(survivor.get(named.key)).toEqual(named)
        expect(survivor.aside).toEqual(secured > length ? [named] : [])
      }),
    )
  })
})
