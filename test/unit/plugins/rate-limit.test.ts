import { expect, it } from 'vitest'

import { RateLimit } from '../../../plugins/rate-limit.js'

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
