import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type Slot, SlotBook, slotOf } from '../../../src/node/sign-slots.js'
import type { Draft } from '../../../src/protocol/index.js'
import { utf8 } from '../../../src/util/index.js'
import { feedNamed, keyNamed } from '../../support/feed-of.js'
import { strangeHash } from '../../support/protocol/index.js'

const value = { block: strangeHash('block'), xRoot: strangeHash('xroot') }
const at = { height: 7, round: 3 }
const certificate = { ...at, signers: [], signatures: [], root: strangeHash('root') }
const certified = {
  ...certificate,
  ...value,
  skip: false,
  assembled: keyNamed('a'),
  stateRoot: null,
} as const

const drafts: readonly (readonly [string, Draft, Slot])[] = [
  [
    'a precommit',
    {
      ...at,
      ...value,
      type: 'precommit',
      skip: false,
      assembled: keyNamed('a'),
      exceptions: { count: 0, positions: [] },
      entry: null,
    },
    { kind: 'precommit', ...at },
  ],
  ['a skip', { ...at, type: 'precommit', skip: true, entry: null }, { kind: 'lock', ...at }],
  ['a commit', { ...at, ...value, type: 'commit', precommitted: keyNamed('p') }, { kind: 'lock', ...at }],
  [
    'a seal',
    { height: 7, ...value, type: 'seal', committed: keyNamed('c'), stateRoot: strangeHash('state') },
    { kind: 'seal', height: 7, round: 0 },
  ],
  [
    'an empty block',
    { type: 'block', height: 7, previous: strangeHash('6'), hash: strangeHash('7') },
    { kind: 'block', height: 7, round: 0 },
  ],
  ['a precommitted certificate', { ...certified, type: 'precommitted' }, { kind: 'precommitted', ...at }],
  [
    'a skip certificate',
    { ...certificate, type: 'precommitted', skip: true, previous: null },
    { kind: 'skipped', ...at },
  ],
  ['a committed certificate', { ...certified, type: 'committed' }, { kind: 'committed', ...at }],
  ['a sealed certificate', { ...certified, type: 'sealed' }, { kind: 'sealed', height: 7, round: 0 }],
]

describe('the slot of a message', () => {
  it.each(drafts)('of %s', (_name, draft, slot) => expect(slotOf(draft)).toEqual(slot))

  it('is none for what may be said any number of times', () => {
    expect(slotOf({ type: 'transaction', transactions: [] })).toBeNull()
    expect(
      slotOf({ type: 'evidence', proof: strangeHash('proof'), part: 0, parts: 1, bytes: new Uint8Array(1) }),
    ).toBeNull()
    expect(slotOf({ type: 'contact', contact: feedNamed('x'), following: true })).toBeNull()
  })
})

const lock = (height: number, round = 0): Slot => ({ kind: 'lock', height, round })

describe('the book of slots', () => {
  it('knows the same bytes from others', () => {
    const book = new SlotBook<string>()
    expect(book.claim(lock(1), utf8('commit'))).toEqual({ claim: 'free' })
    book.take(lock(1), utf8('commit'), 'first')
    expect(book.claim(lock(1), utf8('commit'))).toMatchObject({ claim: 'same', said: 'first' })
    expect(book.claim(lock(1), utf8('skip'))).toMatchObject({ claim: 'other', bytes: utf8('commit') })
  })

  it('keeps kinds, heights and rounds apart', () => {
    const book = new SlotBook<string>()
    book.take(lock(1), utf8('a'), '')
    for (const slot of [lock(1, 1), lock(2), { kind: 'precommit', height: 1, round: 0 } as const])
      expect(book.claim(slot, utf8('b'))).toEqual({ claim: 'free' })
  })

  it('refuses everything below what it has forgotten', () => {
    const book = new SlotBook<string>(2)
    for (const height of [5, 6, 7]) book.take(lock(height), utf8('a'), '')
    expect(book.claim(lock(7), utf8('a'))).toMatchObject({ claim: 'same' })
    expect(book.claim(lock(6), utf8('b'))).toMatchObject({ claim: 'other' })
    for (const slot of [lock(5), lock(4, 9), lock(0)])
      expect(book.claim(slot, utf8('a'))).toEqual({ claim: 'below' })
    expect(book.claim(lock(5, 1), utf8('a'))).toEqual({ claim: 'free' })
  })

  it('never lets two different bytes into one slot, however small its memory', () => {
    const claims = fc.array(
      fc.record({ height: fc.nat(8), round: fc.nat(3), bytes: fc.constantFrom('a', 'b', 'c') }),
      { maxLength: 120 },
    )
    fc.assert(
      fc.property(claims, fc.integer({ min: 1, max: 6 }), (asked, limit) => {
        const book = new SlotBook<string>(limit)
        const signed = new Map<string, string>()
        for (const { height, round, bytes } of asked) {
          const slot = lock(height, round)
          const { claim } = book.claim(slot, utf8(bytes))
          if (claim !== 'free' && claim !== 'same') continue
          const name = `${height}/${round}`
          expect(signed.get(name) ?? bytes).toBe(bytes)
          signed.set(name, bytes)
          book.take(slot, utf8(bytes), '')
        }
      }),
    )
  })
})
