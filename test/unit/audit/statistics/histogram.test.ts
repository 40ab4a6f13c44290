import { describe, expect, it } from 'vitest'
import { Histogram } from '../../../../src/audit/statistics/index.js'

const of = (...values: readonly number[]): Histogram => {
  const histogram = new Histogram()
  for (const value of values) histogram.add(value)
  return histogram
}

describe('a distribution in bounded memory', () => {
  it('has exact quantiles by nearest rank below 64', () => {
    const hundred = of(...Array.from({ length: 50 }, (_, index) => index + 1))
    expect(hundred.summary()).toEqual({
      ...{ count: 50, negative: 0, p25: 13, p50: 25, p75: 38, p90: 45, p99: 50, max: 50 },
    })
  })

  it('counts what is below zero apart, and says nothing of no values', () => {
    const none = { p25: null, p50: null, p75: null, p90: null, p99: null, max: null }
    expect(of(-1, -500).summary()).toEqual({ count: 0, negative: 2, ...none })
    expect(of(-1, 0).summary()).toMatchObject({ count: 1, negative: 1, p50: 0, max: 0 })
  })

  it('is at most 1/32 too low above, and never too high', () => {
    for (let value = 1; value < 1e12; value = Math.ceil(value * 1.37)) {
      const p50 = of(value).summary().p50 ?? NaN
      expect(p50).toBeLessThanOrEqual(value)
      expect(p50).toBeGreaterThan(value * (1 - 1 / 32))
    }
  })

  it('has ascending buckets that hold every value, however many there are', () => {
    const histogram = new Histogram()
    for (let value = 0; value < 100_000; value++) histogram.add(value)
    const { buckets, count } = histogram.distribution()
    expect(buckets.length).toBeLessThan(450)
    expect(buckets.reduce((sum, [, values]) => sum + values, 0)).toBe(count)
    expect([...buckets].sort(([a], [b]) => a - b)).toEqual(buckets)
    expect(buckets.slice(0, 2)).toEqual([
      [0, 1],
      [1, 1],
    ])
  })
})
