import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ByteReader,
  compareBytes,
  concat,
  equalBytes,
  fromBase64,
  fromHex,
  toBase64,
  toHex,
  u16,
  u32,
  u64,
  u8,
  utf8,
} from '../../../src/util/index.js'

const coded = (code: string) => expect.objectContaining({ name: 'CodedError', code }) as unknown as Error
const someBytes = fc.uint8Array({ maxLength: 100 })

describe('integers', () => {
  it.each([
    [u8(0), '00'],
    [u8(255), 'ff'],
    [u16(258), '0102'],
    [u32(2 ** 32 - 1), 'ffffffff'],
    [u32(2 ** 31), '80000000'],
    [u64(0), '0000000000000000'],
    [u64(Number.MAX_SAFE_INTEGER), '001fffffffffffff'],
    [u64(2n ** 64n - 1n), 'ffffffffffffffff'],
  ])('are big-endian: %#', (bytes, hex) => {
    expect(toHex(bytes)).toBe(hex)
  })

  it.each([
    ['u8 above', () => u8(256)],
    ['u8 below', () => u8(-1)],
    ['u16 above', () => u16(65_536)],
    ['u32 above', () => u32(2 ** 32)],
    ['a fraction', () => u32(0.5)],
    ['not a number', () => u32(NaN)],
    ['u64 below', () => u64(-1)],
    ['u64 above', () => u64(2n ** 64n)],
    ['u64 of a fraction', () => u64(0.5)],
  ])('refuse %s', (_name, make) => {
    expect(make).toThrow(RangeError)
  })

  it('come back from a reader', () => {
    const max = { max: 2 ** 32 - 1 }
    fc.assert(
      fc.property(
        fc.nat(255),
        fc.nat(65_535),
        fc.nat(max),
        fc.bigInt(0n, 2n ** 64n - 1n),
        someBytes,
        (a, b, c, d, e) => {
          const reader = new ByteReader(concat(u8(a), u16(b), u32(c), u64(d), e))
          expect([reader.u8(), reader.u16(), reader.u32(), reader.u64()]).toEqual([a, b, c, d])
          expect(reader.remaining).toBe(e.length)
          expect(reader.take(e.length)).toEqual(e)
          expect(() => reader.end()).not.toThrow()
        },
      ),
    )
  })
})

describe('a reader', () => {
  it('never reads past the end', () => {
    const reader = new ByteReader(u16(7))
    expect(() => reader.u32()).toThrow(coded('truncated-bytes'))
    expect(reader.u16()).toBe(7)
    expect(() => reader.u8()).toThrow(coded('truncated-bytes'))
  })

  it('refuses what is left over', () => {
    expect(() => new ByteReader(u8(1)).end()).toThrow(coded('trailing-bytes'))
  })

  it('gives views, and copies nothing', () => {
    const bytes = u16(7)
    expect(new ByteReader(bytes).take(2).buffer).toBe(bytes.buffer)
  })
})

describe('text of bytes', () => {
  it('comes back as it went', () => {
    fc.assert(
      fc.property(someBytes, (bytes) => {
        expect(fromHex(toHex(bytes), bytes.length)).toEqual(bytes)
        expect(fromBase64(toBase64(bytes), bytes.length)).toEqual(bytes)
      }),
    )
  })

  it('is that of the view, not of the buffer under it', () => {
    const view = utf8('abcdef').subarray(2, 4)
    expect(toHex(view)).toBe('6364')
    expect(toBase64(view)).toBe('Y2Q=')
    expect(compareBytes(view, utf8('cd'))).toBe(0)
  })

  it.each(['0', '0G', 'AB', ' 00', '00\n', '0x00'])('refuses %j as hexadecimal', (text) => {
    expect(() => fromHex(text)).toThrow(coded('malformed-hex'))
  })

  it.each(['A', 'AB==', 'AA', 'AA=', 'AA==\n', '_-4=', 'AA==AA==', '=', 'ä'])(
    'refuses %j as base64',
    (text) => {
      expect(() => fromBase64(text)).toThrow(coded('malformed-base64'))
    },
  )

  it('refuses another size than asked for', () => {
    expect(() => fromHex('0000', 1)).toThrow(coded('malformed-hex'))
    expect(() => fromBase64('AAA=', 1)).toThrow(coded('malformed-base64'))
  })

  it('accepts base64 in one spelling only', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        let bytes: Uint8Array
        try {
          bytes = fromBase64(text)
        } catch {
          return
        }
        expect(toBase64(bytes)).toBe(text)
      }),
    )
  })
})

describe('order of bytes', () => {
  it('is that of unsigned digits, shorter first', () => {
    expect(compareBytes(fromHex('7f'), fromHex('80'))).toBeLessThan(0)
    expect(compareBytes(fromHex('01'), fromHex('0100'))).toBeLessThan(0)
    expect(compareBytes(fromHex('02'), fromHex('0100'))).toBeGreaterThan(0)
    expect(equalBytes(fromHex('0102'), fromHex('0102'))).toBe(true)
    expect(equalBytes(fromHex('0102'), fromHex('0103'))).toBe(false)
  })
})
