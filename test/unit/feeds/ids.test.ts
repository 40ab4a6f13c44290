import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  feedIdBytes,
  feedIdOf,
  isFeedId,
  isHash,
  isMessageKey,
  messageKeyBytes,
  messageKeyOf,
  NO_MESSAGE,
  tagged,
} from '../../../src/feeds/index.js'
import { fromBase64, utf8 } from '../../../src/util/index.js'

const listing = '@+G8+aSI7DGW/SZXvkEqX1ilx5L5B0GEnRQJu/sIS3Xk=.ed25519'

describe('ids', () => {
  it('name keys and messages by their bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        expect(isFeedId(feedIdOf(bytes))).toBe(true)
        expect(feedIdBytes(feedIdOf(bytes))).toEqual(bytes)
        expect(isMessageKey(messageKeyOf(bytes))).toBe(true)
        expect(messageKeyBytes(messageKeyOf(bytes))).toEqual(bytes)
      }),
    )
  })

  it("know the document's own example", () => {
    expect(isFeedId(listing)).toBe(true)
    expect(isMessageKey(listing)).toBe(false)
  })

  it.each([
    ['no sigil', listing.slice(1)],
    ['no suffix', listing.slice(0, 45)],
    ['stray bits under the padding', listing.replace('Xk=', 'Xl=')],
    ['a character too few', listing.replace('@+', '@')],
    ['a line more', `${listing}\n`],
    ['nothing', undefined],
    ['a number', 1],
  ])('are refused with %s', (_name, text) => {
    expect(isFeedId(text)).toBe(false)
  })

  it('of hashes are 64 lower-case digits', () => {
    expect(isHash('0f'.repeat(32))).toBe(true)
    expect(isHash('0F'.repeat(32))).toBe(false)
    expect(isHash('0f'.repeat(31))).toBe(false)
    expect(isHash(null)).toBe(false)
  })

  it('have a name for no message', () => {
    expect(messageKeyBytes(NO_MESSAGE)).toEqual(new Uint8Array(32))
    expect(fromBase64(NO_MESSAGE.slice(1, 45))).toHaveLength(32)
  })

  it('put the tag first', () => {
    expect(tagged('bf/x', utf8('yz'))).toEqual(utf8('bf/xyz'))
  })
})
