import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { feedIdOf, hashHex } from '../../../../src/feeds/index.js'
import {
  decodeOperation,
  encodeCloseLane,
  isRegistryOperation,
} from '../../../../src/protocol/registry/index.js'
import { concat, utf8 } from '../../../../src/util/index.js'

const key = fc.uint8Array({ minLength: 32, maxLength: 32 })

const operations = fc
  .record({
    carrier: key.map(feedIdOf),
    lane: key.map(feedIdOf),
    proof: key.map(hashHex),
    parts: fc.integer({ min: 1, max: 16 }),
    seed: fc.nat(),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 3983 }),
  })
  .map(({ seed, ...operation }) => ({ ...operation, part: seed % operation.parts }))

const sample = encodeCloseLane({
  carrier: feedIdOf(new Uint8Array(32).fill(1)),
  lane: feedIdOf(new Uint8Array(32).fill(2)),
  proof: hashHex(new Uint8Array(32).fill(3)),
  part: 4,
  parts: 5,
  bytes: Uint8Array.of(6, 7),
})

describe('an operation', () => {
  it('is its tag, its kind and fixed fields', () => {
    const keys = [1, 2, 3].map((fill) => new Uint8Array(32).fill(fill))
    expect(sample).toEqual(
      concat(utf8('bf/registry/v1'), Uint8Array.of(1), ...keys, Uint8Array.of(4, 5, 6, 7)),
    )
  })

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(operations, (operation) => {
        const bytes = encodeCloseLane(operation)
        expect(isRegistryOperation(bytes)).toBe(true)
        expect(decodeOperation(bytes)).toEqual(operation)
      }),
    )
  })

  const bad: readonly (readonly [string, Uint8Array, string])[] = [
    ['another tag', concat(utf8('bf/registry/v2'), sample.subarray(14)), 'malformed-operation'],
    ['nothing after its tag', sample.subarray(0, 14), 'malformed-operation'],
    ['another kind', concat(sample.subarray(0, 14), Uint8Array.of(2)), 'unsupported-operation'],
    ['a header cut short', sample.subarray(0, 112), 'malformed-operation'],
    ['no bytes of the proof', sample.subarray(0, 113), 'malformed-operation'],
    ['more bytes than fit', concat(sample, new Uint8Array(3982)), 'malformed-operation'],
    [
      'a part beyond the last',
      concat(sample.subarray(0, 111), Uint8Array.of(5, 5, 0)),
      'malformed-operation',
    ],
    ['no parts', concat(sample.subarray(0, 111), Uint8Array.of(0, 0, 0)), 'malformed-operation'],
    ['too many parts', concat(sample.subarray(0, 111), Uint8Array.of(0, 17, 0)), 'malformed-operation'],
  ]

  it.each(bad)('with %s is refused', (_name, bytes, code) => {
    expect(decodeOperation(bytes)).toBe(code)
  })

  it('is never mistaken, whatever the bytes', () => {
    const tail = fc.uint8Array({ maxLength: 300 })
    fc.assert(
      fc.property(tail, (bytes) => {
        const decoded = decodeOperation(concat(utf8('bf/registry/v1'), bytes))
        if (typeof decoded !== 'string')
          expect(encodeCloseLane(decoded)).toEqual(concat(utf8('bf/registry/v1'), bytes))
      }),
    )
  })
})
