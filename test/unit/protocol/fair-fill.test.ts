import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messageKeyOf, sha256 } from '../../../src/feeds/index.js'
import { type Fill, fairFill, type FillInput, isProposable } from '../../../src/protocol/index.js'
import { utf8 } from '../../../src/util/index.js'
import { readVectors } from '../../support/read-vectors.js'

interface Given {
  readonly name: string
  readonly height: number
  readonly caps: FillInput['caps']
  readonly parent: readonly number[]
  /** By lane, after the parent cut: how many transactions, and the size. */
  readonly lanes: readonly (readonly (readonly [number, number])[])[]
  readonly closed: readonly number[]
}

interface Expected {
  readonly cut: readonly number[]
  readonly txCount: number
  readonly bytes: number
  readonly full: boolean
  readonly proposable: boolean
}

const { cases } = readVectors('fair-fill') as {
  readonly cases: readonly (Given & { readonly expected: Expected })[]
}

const laneMessage = (lane: number, sequence: number, [transactions, size]: readonly [number, number]) => ({
  key: messageKeyOf(sha256(utf8(`${lane} ${sequence}`))),
  sequence,
  previous: null,
  size,
  transactions: Array.from({ length: transactions }, () => new Uint8Array(1)),
})

const fillOf = (given: Given, have?: readonly number[]): Fill =>
  fairFill({
    ...given,
    have: have ?? given.lanes.map((lane, index) => (given.parent[index] ?? 0) + lane.length),
    closed: new Set(given.closed),
    message: (lane, sequence) => {
      const found = given.lanes[lane]?.[sequence - (given.parent[lane] ?? 0) - 1]
      return found && laneMessage(lane, sequence, found)
    },
  })

const filled = (fill: Fill) => {
  if (fill.kind === 'missing') throw new RangeError('everything is here')
  return fill
}

describe('fairFill', () => {
  it.each(cases)('$name', ({ expected, ...given }) => {
    const fill = fillOf(given)
    expect({ ...filled(fill), proposable: isProposable(fill) }).toEqual({ kind: 'filled', ...expected })
  })

  const given: Given = {
    name: 'two lanes',
    height: 1,
    caps: { transactions: 64, bytes: 65_536 },
    parent: [5, 5],
    lanes: [
      [
        [1, 100],
        [1, 100],
      ],
      [[1, 100]],
    ],
    closed: [],
  }

  it('stops at what the assembler holds, though more is here', () => {
    expect(filled(fillOf(given, [6, 5])).cut).toEqual([6, 5])
  })

  it('names the message that it would take next and does not have; such a fill is no block', () => {
    const fill = fillOf(given, [7, 7])
    expect(fill).toEqual({ kind: 'missing', lane: 1, sequence: 7 })
    expect(isProposable(fill)).toBe(false)
  })

  it('takes nothing from an assembler that holds less than the parent took', () => {
    expect(filled(fillOf(given, [3, 0])).cut).toEqual([5, 5])
  })
})

const arbitraryGiven: fc.Arbitrary<Given> = fc
  .array(
    fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 900 })), { maxLength: 8 }),
    { minLength: 1, maxLength: 6 },
  )
  .chain((lanes) =>
    fc.record({
      name: fc.constant('any'),
      height: fc.nat(),
      caps: fc.record({
        transactions: fc.integer({ min: 9, max: 40 }),
        bytes: fc.integer({ min: 900, max: 4000 }),
      }),
      parent: fc.array(fc.nat(1000), { minLength: lanes.length, maxLength: lanes.length }),
      lanes: fc.constant(lanes),
      closed: fc.uniqueArray(fc.nat(lanes.length - 1)),
    }),
  )

describe('fairFill, whatever the lanes hold', () => {
  const check = (holds: (given: Given, fill: ReturnType<typeof filled>) => void) =>
    fc.assert(
      fc.property(arbitraryGiven, (given) => holds(given, filled(fillOf(given)))),
      { numRuns: 200 },
    )
  const takenOf = ({ parent }: Given, cut: readonly number[]) =>
    cut.map((sequence, lane) => sequence - (parent[lane] ?? 0))

  it('keeps both caps and counts what it takes', () => {
    check((given, { cut, txCount, bytes }) => {
      const taken = takenOf(given, cut)
      const messages = given.lanes.flatMap((lane, index) => lane.slice(0, taken[index]))
      expect(txCount).toBe(messages.reduce((sum, [transactions]) => sum + transactions, 0))
      expect(bytes).toBe(messages.reduce((sum, [, size]) => sum + size, 0))
      expect(txCount).toBeLessThanOrEqual(given.caps.transactions)
      expect(bytes).toBeLessThanOrEqual(given.caps.bytes)
    })
  })

  it('leaves a message of an open lane only because it did not fit, and then says so', () => {
    check((given, { cut, full }) => {
      const taken = takenOf(given, cut)
      const isLeft = given.lanes.some(
        (lane, index) => !given.closed.includes(index) && (taken[index] ?? 0) < lane.length,
      )
      expect(full).toBe(isLeft)
    })
  })

  it('takes nothing from closed lanes', () => {
    check((given, { cut }) => {
      for (const lane of given.closed) expect(cut[lane]).toBe(given.parent[lane])
    })
  })

  it('makes a block again from what the last one left, until nothing is left', () => {
    check((given, { cut, bytes }) => {
      if (given.closed.length > 0 || given.lanes.every((lane) => lane.length === 0)) return
      expect(bytes).toBeGreaterThan(0)
      const taken = takenOf(given, cut)
      const rest = { ...given, parent: cut, lanes: given.lanes.map((lane, i) => lane.slice(taken[i])) }
      const isOver = rest.lanes.every((lane) => lane.length === 0)
      expect(filled(fillOf(rest)).bytes > 0).toBe(!isOver)
    })
  })
})
