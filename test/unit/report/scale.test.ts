import { describe, expect, it } from 'vitest'
import { chance, duration, percent } from '../../../src/report/format.js'
import { counting, linear, logarithmic } from '../../../src/report/scale.js'

describe('scales', () => {
  it('place values between their ends, and what is outside at the nearer end', () => {
    const scale = linear(100, 10, 110)
    expect([-5, 0, 50, 100, 900].map((value) => scale.place(value))).toEqual([10, 10, 60, 110, 110])
    expect(scale.ticks).toEqual([0, 20, 40, 60, 80, 100])
  })

  it('place equal factors at equal distances', () => {
    const scale = logarithmic(10, 1000, 0, 200)
    expect([1, 10, 100, 1000].map((value) => Math.round(scale.place(value)))).toEqual([0, 0, 100, 200])
    expect(scale.ticks).toEqual([10, 100, 1000])
  })

  it('are of use where nothing was measured', () => {
    expect(linear(0, 0, 10).place(0)).toBe(0)
    expect(logarithmic(0, 0, 0, 10).place(0)).toBe(0)
    expect(counting(1, 0, 10).ticks).toEqual([0, 1])
  })
})

describe('numbers as people read them', () => {
  it.each([
    [duration(null), '–'],
    [duration(9.96), '10 ms'],
    [duration(1500), '1.5 s'],
    [duration(7_200_000), '2 h'],
    [percent(0), '0 %'],
    [percent(0.0004), '< 0.1 %'],
    [percent(0.9999), '> 99.9 %'],
    [percent(1 / 3), '33.3 %'],
    [chance(0.25), '0.25'],
    [chance(3e-12), '10^-12'],
  ])('%s is %s', (shown, expected) => {
    expect(shown).toBe(expected)
  })
})
