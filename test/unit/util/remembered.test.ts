import { describe, expect, it } from 'vitest'
import { remembered } from '../../../src/util/index.js'

describe('a function that remembers', () => {
  const counted = () => {
    const asked: string[] = []
    const lengthOf = remembered((text: string) => {
      asked.push(text)
      if (text === '') throw new RangeError('nothing')
      return { length: text.length }
    })
    return { asked, lengthOf }
  }

  it('computes once, and gives everyone the same value', () => {
    const { asked, lengthOf } = counted()
    expect(lengthOf('one')).toBe(lengthOf('one'))
    expect(lengthOf('three')).toEqual({ length: 5 })
    expect(asked).toEqual(['one', 'three'])
  })

  it('remembers no failure', () => {
    const { asked, lengthOf } = counted()
    for (const _ of [1, 2]) expect(() => lengthOf('')).toThrow(RangeError)
    expect(asked).toEqual(['', ''])
  })

  it('keeps a bounded number of values', () => {
    const { asked, lengthOf } = counted()
    const texts = Array.from({ length: 1_025 }, (_, index) => `text ${index}`)
    for (const text of [...texts, 'text 0', 'text 1024']) lengthOf(text)
    expect(asked).toEqual([...texts, 'text 0'])
  })
})
