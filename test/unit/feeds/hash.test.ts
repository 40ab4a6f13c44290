import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Hash, hashBytes, hashHex, hashTagged, sha256 } from '../../../src/feeds/index.js'
import { concat, toHex, utf8 } from '../../../src/util/index.js'

describe('hashes', () => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ])('of FIPS 180: %j', (text, expected) => {
    expect(toHex(sha256(utf8(text)))).toBe(expected)
    expect(toHex(hashTagged(text))).toBe(expected)
  })

  it('are plain 32-byte arrays of their own', () => {
    const [a, b] = [sha256(utf8('a')), sha256(utf8('b'))]
    expect(a.constructor).toBe(Uint8Array)
    expect(a.length).toBe(32)
    expect(a).not.toEqual(b)
  })

  it('of tagged parts equal those of one buffer, of whatever length', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 }), (parts) => {
        expect(hashTagged('bf/test/v1', ...parts)).toEqual(sha256(concat(utf8('bf/test/v1'), ...parts)))
      }),
    )
  })

  it('are spelled in one way', () => {
    const digest = sha256(utf8('abc'))
    expect(hashBytes(hashHex(digest))).toEqual(digest)
    expect(() => hashHex(digest.slice(1))).toThrow(expect.objectContaining({ name: 'AssertionError' }))
    expect(() => hashBytes('00' as Hash)).toThrow(expect.objectContaining({ code: 'malformed-hex' }))
    expect(() => hashBytes(hashHex(digest).toUpperCase() as Hash)).toThrow(
      expect.objectContaining({ code: 'malformed-hex' }),
    )
  })
})
