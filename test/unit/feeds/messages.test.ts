import { describe, expect, it } from 'vitest'
import { type Body, encodeBody, parseContent } from '../../../src/feeds/index.js'
import { fromHex } from '../../../src/util/index.js'
import { readVectors } from '../../support/read-vectors.js'

interface Vectors {
  readonly valid: readonly { readonly name: string; readonly content: unknown; readonly body: Body }[]
  readonly invalid: readonly { readonly name: string; readonly content: unknown; readonly code: string }[]
}

const TYPES = [
  'transaction',
  'precommit',
  'skip',
  'commit',
  'seal',
  'block',
  'assembled',
  'precommitted',
  'skip-certificate',
  'committed',
  'sealed',
  'evidence',
  'identity',
  'contact',
  'none',
]

/** Vectors spell bytes in hexadecimal. */
const bodyOf = (body: Body): Body => {
  if (body.type === 'evidence') return { ...body, bytes: fromHex(body.bytes as unknown as string) }
  return body.type === 'transaction'
    ? { ...body, transactions: (body.transactions as unknown as string[]).map((text) => fromHex(text)) }
    : body
}

describe.each(TYPES)('messages of type %s', (type) => {
  const { valid, invalid } = readVectors(`messages/${type}`) as Vectors

  for (const { name, content, body } of valid) {
    it(`parses: ${name}`, () => {
      expect(parseContent(content)).toEqual(bodyOf(body))
    })

    it(`writes: ${name}`, () => {
      expect(encodeBody(bodyOf(body))).toEqual(content)
    })
  }

  it.each(invalid.map(({ name, content, code }) => [name, code, content] as const))(
    'refuses: %s (%s)',
    (_name, code, content) => {
      expect(parseContent(content)).toEqual({ type: 'junk', code })
    },
  )
})
