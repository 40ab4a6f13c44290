import { describe, expect, it } from 'vitest'
import { baseTimeout, roundTimeout, withDuration } from '../../../src/protocol/timeout.js'

const BOUNDS = { minMs: 100, maxMs: 5000, initialMs: 700 }

describe('T = clamp(Tmin, Tmax, 3 x median of the last 8 durations)', () => {
  it.each([
    ['its initial value before anything was measured', [], 700],
    ['three times the one duration', [50], 150],
    ['three times the middle one', [40, 900, 60], 180],
    ['not what came first or last, but the middle by size', [900, 60, 40], 180],
    ['the upper one of two in the middle', [10, 50, 60, 4000], 180],
    ['never below Tmin', [1, 2, 3], 100],
    ['never above Tmax', [3000, 3000, 3000], 5000],
    ['untouched by a few long ones', [50, 50, 50, 50, 50, 9000, 9000, 9000], 150],
  ])('is %s', (_name, durations, expected) => {
    expect(baseTimeout(durations, BOUNDS)).toBe(expected)
  })

  it('forgets all but the last 8', () => {
    const durations = Array.from({ length: 12 }, (_, index) => index).reduce<readonly number[]>(
      withDuration,
      [],
    )
    expect(durations).toEqual([4, 5, 6, 7, 8, 9, 10, 11])
  })

  it('comes down again after a bad time', () => {
    const slow = Array.from({ length: 8 }, () => 1500)
    expect(baseTimeout(slow, BOUNDS)).toBe(4500)
    const better = [40, 40, 40, 40, 40].reduce<readonly number[]>(withDuration, slow)
    expect(baseTimeout(better, BOUNDS)).toBe(120)
  })
})

describe('T(h,r) = T (1 + r/2)', () => {
  it.each([
    [0, 700],
    [1, 1050],
    [2, 1400],
    [7, 3150],
  ])('in round %i is %i', (round, expected) => {
    expect(roundTimeout(700, round)).toBe(expected)
  })
})
