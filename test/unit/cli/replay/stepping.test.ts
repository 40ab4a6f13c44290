import { describe, expect, it } from 'vitest'
import { afterKey, viewAt } from '../../../../src/cli/replay/stepping.js'

describe('stepping through a timeline', () => {
  it.each([
    [' ', 0, 1],
    ['\r', 3, 4],
    [' ', 4, 4],
    ['b', 3, 2],
    ['b', 0, 0],
    ['x', 2, 2],
    ['q', 2, null],
    ['\x03', 2, null],
  ])('%j at %i leads to %s of five events', (key, at, next) => {
    expect(afterKey(key, at, 5)).toBe(next)
  })

  it('shows the event looked at, a few before it, and all of it, in as many lines as ever', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `event ${index + 1}   and  why ${'x'.repeat(40)}.`)
    const views = [0, 5, 15].map((at) => viewAt({ head: [], columns: 'who', lines, foot: [] }, at, 40))
    expect(new Set(views.map(({ length }) => length))).toEqual(new Set([20]))
    expect(views.flat().filter(({ length }) => length > 40)).toEqual([])
    const [, , view = []] = views
    expect(view[0]).toBe('   who')
    expect(view[1]).toMatch(/^ {3}event 4 /)
    expect(view[12]).toMatch(/^ {3}event 15 /)
    expect(view[13]).toMatch(/^=> event 16 /)
    expect(view.slice(15, 17).join('')).toBe(`event 16  and  why ${'x'.repeat(40)}.`)
    expect(view.at(-1)).toBe('16 of 20; space: next, b: back, q: quit')
  })
})
