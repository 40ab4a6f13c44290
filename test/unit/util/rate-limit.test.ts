import { expect, it } from 'vitest'

import { RateLimit, RateLimits } from '../../../src/util/index.js'

it('allows so many at once and so many a second', () => {
  let nowMs = 0
  const limit = new RateLimit(5, () => nowMs)
  const taken = (): number => Array.from({ length: 20 }, () => limit.take()).filter(Boolean).length
  expect(taken()).toBe(5)
  nowMs = 400
  expect(taken()).toBe(2)
  nowMs = 60_000
  expect(taken()).toBe(5)
})

it('may allow more at once than in a second, and lets what was done anyway be paid back', () => {
  let nowMs = 0
  const limit = new RateLimit(1, () => nowMs, 3)
  expect([limit.take(3), limit.has()]).toEqual([true, false])
  limit.owe(2)
  nowMs = 2_500
  expect(limit.has()).toBe(false)
  nowMs = 3_000
  expect([limit.take(), limit.isFull]).toEqual([true, false])
  nowMs = 6_000
  expect(limit.isFull).toBe(true)
})

it('keeps one limit for each name, and forgets those that say nothing before those that do', () => {
  let nowMs = 0
  const limits = new RateLimits<string>({ perSecond: 1, burst: 1, names: 2 }, () => nowMs)
  limits.of('first').take()
  nowMs = 900
  limits.of('second').take()
  nowMs = 1_000
  limits.of('third')
  expect([limits.size, limits.of('second').has()]).toEqual([2, false])
  limits.of('third').take()
  for (let name = 0; name < 100; name++) limits.of(String(name)).take()
  expect(limits.size).toBe(2)
})
