import { createRequire } from 'node:module'
import bipf from 'bipf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ClassicMessage,
  classicSize,
  isClassicMessage,
  isKeptWhole,
  type MessageKey,
  messageKeyOfValue,
  verifyForkProof,
  verifyMessageSignature,
} from '../../../src/feeds/index.js'
import { ACCEPT } from '../../../src/util/index.js'
import { readVectors } from '../../support/read-vectors.js'
import { verifySignature } from '../../support/vectors/naive.js'

/** What SSB's own packages, which carry no types, offer of use here. */
interface SsbKeys {
  generate(curve: string, seed: Buffer): { public: string; id: string }
  signObj(keys: object, value: object): ClassicMessage
  verifyObj(keys: object, value: object): boolean
  hash(text: string): string
}
interface SsbValidation {
  validateOOO(value: unknown, hmacKey: null, done: (error?: Error) => void): void
}
const require = createRequire(import.meta.url)
const ssbKeys = require('ssb-keys') as SsbKeys
const ssbValidation = require('ssb-classic/validation') as SsbValidation

interface Vectors {
  readonly messages: readonly {
    readonly name: string
    readonly value: ClassicMessage
    readonly key: MessageKey
    readonly size: number
  }[]
  readonly forks: readonly {
    readonly name: string
    readonly a: ClassicMessage
    readonly b: ClassicMessage
    readonly code: string | null
  }[]
}
const vectors = readVectors('classic') as Vectors

const ssbAccepts = (value: unknown): boolean => {
  let accepted = false
  ssbValidation.validateOOO(value, null, (error) => {
    accepted = error === undefined
  })
  return accepted
}
const readBack = (content: unknown): string => JSON.stringify(bipf.decode(bipf.allocAndEncode(content), 0))

const weAccept = (value: unknown): boolean =>
  isClassicMessage(value) && verifyMessageSignature(value, null, verifySignature)

describe('classic messages', () => {
  it.each(vectors.messages)('$name: key, size and signature', ({ value, key, size }) => {
    expect(isClassicMessage(value)).toBe(true)
    expect(messageKeyOfValue(value)).toBe(key)
    expect(classicSize(value)).toBe(size)
    expect(verifyMessageSignature(value, null, verifySignature)).toBe(true)
    expect(ssbAccepts(value)).toBe(true)
  })

  it('have the keys and signatures that ssb-keys gives them, whatever their text', () => {
    const keys = ssbKeys.generate('ed25519', Buffer.alloc(32, 7))
    const text = fc.string({ unit: 'binary', maxLength: 200 })
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 2 ** 40 }), (words, sequence) => {
        const value = ssbKeys.signObj(keys, {
          previous: vectors.messages[0]?.key,
          author: keys.id,
          sequence,
          timestamp: sequence / 8,
          hash: 'sha256',
          content: { type: 'post', text: words },
        })
        expect(messageKeyOfValue(value)).toBe(`%${ssbKeys.hash(JSON.stringify(value, null, 2))}`)
        expect(weAccept(value)).toBe(true)
        expect(weAccept({ ...value, sequence: sequence + 1 })).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  const good = vectors.messages[1]?.value
  if (good === undefined) throw new Error('no vectors')
  const { signature, ...unsigned } = good

  it.each<[string, unknown]>([
    ['null', null],
    ['text', 'message'],
    ['a list', []],
    ['a field more', { ...good, extra: 1 }],
    ['no signature', unsigned],
    ['the signature first', { signature, ...unsigned }],
    ['two names in one', JSON.parse(JSON.stringify(good).replace('"previous":', '"previous,author":'))],
    ['another hash', { ...good, hash: 'sha512' }],
    ['a sequence of text', { ...good, sequence: '2' }],
    ['a sequence of zero', { ...good, sequence: 0 }],
    ['no timestamp', { ...good, timestamp: null }],
    ['an author without sigil', { ...good, author: good.author.slice(1) }],
    ['a previous that is a feed', { ...good, previous: good.author }],
    ['a previous before the first', { ...good, sequence: 1 }],
    ['no previous before the second', { ...good, previous: null }],
    ['content of null', { ...good, content: null }],
    ['content of a list', { ...good, content: [] }],
    ['a signature without suffix', { ...good, signature: signature.slice(0, 88) }],
    ['a signature of another curve', { ...good, signature: signature.replace('ed25519', 'k256') }],
    ['a signature too long', { ...good, signature: `AAAA${signature}` }],
  ])('do not have the shape of %s', (_name, value) => {
    expect(isClassicMessage(value)).toBe(false)
  })

  it.each([
    ['half of a surrogate pair', { type: 'post', text: 'a\ud800b' }],
    ['half of a surrogate pair, deep inside', { type: 'post', list: [{ '\udfff': 1 }] }],
    ['a field that is the prototype', JSON.parse('{"type":"post","__proto__":{"a":1}}') as object],
  ])('are not kept whole with %s', (_name, content) => {
    expect(isKeptWhole(content)).toBe(false)
    expect(readBack(content)).not.toBe(JSON.stringify(content))
  })

  it('are read back from the log as they were written', () => {
    const value = fc.jsonValue({ stringUnit: 'binary' })
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), value), (fields) => {
        // As it comes over the wire: without a negative zero, for one.
        const content: unknown = JSON.parse(JSON.stringify({ type: 'post', ...fields }))
        fc.pre(isKeptWhole(content))
        expect(readBack(content)).toBe(JSON.stringify(content))
      }),
    )
  })

  it('are never signed under an HMAC key here', () => {
    expect(verifyMessageSignature(good, 'key' as unknown as null, verifySignature)).toBe(false)
  })
})

describe('verifyForkProof', () => {
  it.each(vectors.forks)('$name: $code', ({ a, b, code }) => {
    const verdict = verifyForkProof(a, b, verifySignature)
    expect(verdict).toEqual(code === null ? ACCEPT : expect.objectContaining({ verdict: 'reject', code }))
  })

  it('takes no pair that SSB itself would not take for two messages', () => {
    for (const { a, b, code } of vectors.forks.filter(
      (fork) => fork.code === null || fork.code === 'bad-signature',
    ))
      expect(ssbAccepts(a) && ssbAccepts(b)).toBe(code === null)
  })
})
