import { describe, expect, it } from 'vitest'
import { HeightBuckets } from '../../../../src/audit/statistics/height-buckets.js'

const taken = (heights: number, most: number) => {
  const buckets = new HeightBuckets<{ sum: number }>((into, more) => (into.sum += more.sum), most)
  for (let height = 1; height <= heights; height++) buckets.take(height, { sum: 1 })
  return buckets.all()
}

describe('values over heights', () => {
  it('have a bucket for each height while there is room', () => {
    expect(taken(3, 4).map(({ first, last }) => [first, last])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ])
  })

  it('share buckets of one width when there is none, and lose nothing', () => {
    expect(taken(5, 4).map(({ first, last, value }) => [first, last, value.sum])).toEqual([
      [1, 2, 2],
      [3, 4, 2],
      [5, 5, 1],
    ])
    for (const heights of [7, 8, 9, 100, 1000]) {
      const all = taken(heights, 6)
      const width = (all[0]?.last ?? 0) - (all[0]?.first ?? 0) + 1
      expect(all.length).toBeLessThanOrEqual(6)
      expect(all.reduce((sum, { value }) => sum + value.sum, 0)).toBe(heights)
      expect(all.slice(0, -1).every(({ value }) => value.sum === width)).toBe(true)
      expect(all.at(-1)?.last).toBe(heights)
    }
  })

  it('stay within the bound where it is odd', () => {
    expect(taken(200, 5).length).toBeLessThanOrEqual(5)
    expect(taken(200, 5).reduce((sum, { value }) => sum + value.sum, 0)).toBe(200)
  })
})
