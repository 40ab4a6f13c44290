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

  it('shows the event looked at as the last one, and a few before it', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `event ${index + 1}`)
    const view = viewAt({ head: [], columns: 'who', lines, foot: [] }, 15)
    expect(view[0]).toBe('   who')
    expect(view[1]).toBe('   event 4')
    expect(view.slice(-4)).toEqual([
      '   event 15',
      '=> event 16',
      '',
      '16 of 20; space: next, b: back, q: quit',
    ])
  })
})
