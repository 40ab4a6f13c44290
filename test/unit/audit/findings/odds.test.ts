import { describe, expect, it } from 'vitest'
import { chanceOfAtLeast, compareShares, wilson } from '../../../../src/audit/findings/odds.js'

describe('chance', () => {
  it.each([
    [{ trials: 1, hits: 1 }, 0.25, 0.25],
    [{ trials: 2, hits: 1 }, 0.5, 0.75],
    [{ trials: 10, hits: 10 }, 0.5, 1 / 1024],
    [{ trials: 10, hits: 0 }, 0.5, 1],
  ])('of at least %j with %d is %d', (share, probability, chance) => {
    expect(chanceOfAtLeast(share, probability)).toBeCloseTo(chance, 12)
  })

  it('says something only of many trials that differ much from what others do', () => {
    const others = { trials: 300, hits: 75 }
    const isFarAbove = (trials: number, hits: number) =>
      compareShares({ trials, hits }, others, 0.25).isFarAbove
    expect(isFarAbove(100, 100)).toBe(true)
    expect(isFarAbove(31, 31)).toBe(false)
    expect(isFarAbove(100, 30)).toBe(false)
    expect(isFarAbove(100_000, 30_000)).toBe(false)
  })

  it('expects no less than what needs no explanation', () => {
    expect(compareShares({ trials: 100, hits: 60 }, { trials: 100, hits: 0 }, 0.5).isFarAbove).toBe(false)
  })
})

describe('the interval of a rate', () => {
  it.each([
    [{ trials: 10, hits: 5 }, 0.2366, 0.7634],
    [{ trials: 100, hits: 0 }, 0, 0.037],
    [{ trials: 20, hits: 20 }, 0.8389, 1],
    [{ trials: 0, hits: 0 }, 0, 1],
  ])('of %j at 95 %%', (share, low, high) => {
    const interval = wilson(share)
    expect(interval.low).toBeCloseTo(low, 4)
    expect(interval.high).toBeCloseTo(high, 4)
  })
})
