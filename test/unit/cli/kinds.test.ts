import { describe, expect, it } from 'vitest'

import {
  ACCOUNT,
  amountOf,
  count,
  HASH,
  HOST_PORT,
  hostPortText,
  NAME,
  oneOf,
  someOf,
  UNITS,
  URL_TEXT,
  type Kind,
} from '../../../src/cli/kit/index.js'

const HEX = 'ab'.repeat(32)

const valid: readonly (readonly [string, Kind<unknown>, string, unknown])[] = [
  ['count', count(0), '0', 0],
  ['count', count(1, 100), '100', 100],
  ['rate', amountOf('<r>'), '0.5', 0.5],
  ['units', UNITS, '18446744073709551615', 2n ** 64n - 1n],
  ['hash', HASH, HEX, HEX],
  ['account', ACCOUNT, HEX, HEX],
  ['name', NAME, 'validator-1', 'validator-1'],
  ['address', HOST_PORT, '10.0.0.1:8008', { host: '10.0.0.1', port: 8008 }],
  ['address', HOST_PORT, '[::1]:0', { host: '::1', port: 0 }],
  ['choice', oneOf('a', 'b'), 'b', 'b'],
  ['choices', someOf('<x>', 'a', 'b'), 'b, a', ['b', 'a']],
  ['url', URL_TEXT, 'http://127.0.0.1:80/', 'http://127.0.0.1:80'],
]

const invalid: readonly (readonly [string, Kind<unknown>, string])[] = [
  ['count', count(1), '0'],
  ['count', count(0), '-1'],
  ['count', count(0), '1e3'],
  ['count', count(0), ''],
  ['count', count(0), '99999999999999999999'],
  ['rate', amountOf('<r>'), '-1'],
  ['rate', amountOf('<r>'), 'Infinity'],
  ['units', UNITS, '18446744073709551616'],
  ['units', UNITS, '1.5'],
  ['hash', HASH, HEX.toUpperCase()],
  ['hash', HASH, HEX.slice(1)],
  ['account', ACCOUNT, '@abc'],
  ['name', NAME, '../up'],
  ['name', NAME, ''],
  ['address', HOST_PORT, '10.0.0.1'],
  ['address', HOST_PORT, '10.0.0.1:65536'],
  ['address', HOST_PORT, '::1:80'],
  ['address', HOST_PORT, 'a b:80'],
  ['choice', oneOf('a', 'b'), 'c'],
  ['choices', someOf('<x>', 'a', 'b'), 'a,,b'],
  ['url', URL_TEXT, 'ftp://host'],
  ['url', URL_TEXT, 'host:80'],
]

describe('kinds of value', () => {
  it.each(valid)('%s takes', (_what, kind, text, value) => {
    expect(kind.parse(text)).toEqual(value)
  })

  it.each(invalid)('%s refuses', (_what, kind, text) => {
    expect(() => kind.parse(text)).toThrow(expect.objectContaining({ code: 'usage' }))
  })

  it('writes addresses as it reads them', () => {
    for (const text of ['[::1]:80', 'host:1']) expect(hostPortText(HOST_PORT.parse(text))).toBe(text)
  })
})
