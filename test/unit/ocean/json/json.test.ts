import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { MAX_MONEY } from '../../../../src/ocean/codec/index.js'
import {
  amount,
  amountText,
  double,
  integer,
  isObject,
  type Json,
  readJson,
  repeatedName,
  satoshisIn,
  satoshisOf,
  writeJson,
  writePretty,
} from '../../../../src/ocean/json/index.js'

const repeatedIn = (text: string): string | undefined => {
  const value = readJson(text)
  return isObject(value) ? repeatedName(value) : undefined
}

describe('JSON of an Ocean node', () => {
  it.each([
    '{"a":21000000.00000000,"b":[0.10,1e-9,-0,1.00000000],"c":null}',
    '[]',
    '{}',
    '[true,false,null,"\\u007f\\n\\"\\\\é"]',
    '{"__proto__":1,"a":{"constructor":2}}',
  ])('is written as it was read: %s', (text) => {
    expect(writeJson(readJson(text))).toBe(text)
  })

  it('agrees with the platform on whatever holds no number', () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: 'small' }), (value) => {
        const text = JSON.stringify(value)
        expect(JSON.parse(writeJson(readJson(text)))).toEqual(JSON.parse(text))
      }),
    )
  })

  it.each([
    '',
    'not json',
    '[1',
    '{"a"}',
    '{"a":1,}',
    '[1]]',
    '"\n"',
    '"\\x"',
    '01',
    '1.',
    '+1',
    '.5',
    '[1 2]',
    '"',
  ])('refuses %j', (text) => {
    expect(() => readJson(text)).toThrow(expect.objectContaining({ code: 'json-malformed' }))
  })

  it('refuses what is nested without end, and reads long texts', () => {
    expect(() => readJson('['.repeat(100_000))).toThrow(expect.objectContaining({ code: 'json-malformed' }))
    const long = `"${'00'.repeat(2_000_000)}"`
    expect(writeJson(readJson(long))).toBe(long)
  })

  it('keeps the first of two members of one name, and says which name it was', () => {
    expect(repeatedIn('{"a":1,"b":2,"a":3}')).toBe('a')
    expect(writeJson(readJson('{"a":1,"b":2,"a":3}'))).toBe('{"a":1,"b":2}')
    expect(repeatedIn('{"a":1,"b":2}')).toBeUndefined()
  })

  it('is printed for people with two spaces a level', () => {
    const value: Json = { a: [integer(1), []], b: {}, c: 'x' }
    expect(writePretty(value)).toBe('{\n  "a": [\n    1,\n    [\n    ]\n  ],\n  "b": {\n  },\n  "c": "x"\n}')
  })

  it('writes numbers that are no amounts shortly', () => {
    expect(writeJson([double(1), double(0.1), integer(-5n)])).toBe('[1,0.1,-5]')
  })
})

describe('amounts', () => {
  it.each([
    [0n, '0.00000000'],
    [1n, '0.00000001'],
    [-150_000_000n, '-1.50000000'],
    [MAX_MONEY, '21000000.00000000'],
  ])('%s satoshis are %s', (satoshis, text) => {
    expect(amountText(satoshis)).toBe(text)
    expect(satoshisIn(amount(satoshis))).toBe(satoshis)
    expect(satoshisIn(text)).toBe(satoshis)
  })

  it.each([
    ['1', 100_000_000n],
    ['1e-8', 1n],
    ['0.1e1', 100_000_000n],
    ['0.000000000', 0n],
    ['0.010000000000', 1_000_000n],
    ['-0', 0n],
  ])('%s is read', (text, satoshis) => {
    expect(satoshisOf(text)).toBe(satoshis)
  })

  it.each([
    '',
    '1.123456789',
    '1e-9',
    '01',
    '1.',
    '.1',
    '+1',
    '0x1',
    ' 1',
    '1e11',
    '123456789012',
    '1e999999999999',
  ])('%s is none', (text) => {
    expect(satoshisOf(text)).toBeUndefined()
  })

  it('survives the way through text for every amount there is', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -MAX_MONEY, max: MAX_MONEY }), (satoshis) => {
        expect(satoshisOf(amountText(satoshis))).toBe(satoshis)
      }),
    )
  })
})
