import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ClassicMessage,
  encodeBody,
  MESSAGE_SIZE_LIMIT,
  type MessageKey,
  messageKeyOfValue,
  parseContent,
  parseMessage,
  parseUnnamed,
} from '../../../src/feeds/index.js'
import { arbitraryBody } from '../../support/arbitrary-bodies.js'
import { readVectors } from '../../support/read-vectors.js'

interface Classic {
  readonly messages: readonly {
    readonly value: ClassicMessage
    readonly key: MessageKey
    readonly size: number
  }[]
}
const [first] = (readVectors('classic') as Classic).messages
if (first === undefined) throw new Error('no vectors')

describe('parseContent', () => {
  it('gives back every body that was encoded, also through JSON text', () => {
    fc.assert(
      fc.property(arbitraryBody, (body) => {
        expect(parseContent(JSON.parse(JSON.stringify(encodeBody(body))))).toEqual(body)
      }),
      { numRuns: 500 },
    )
  })

  it('never throws, whatever JSON it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (content) => {
        const { type } = parseContent(content)
        expect(type).toBe('junk')
      }),
      { numRuns: 1000 },
    )
  })

  it('never throws on a body with one field gone wrong, and accepts only what it would write itself', () => {
    fc.assert(
      fc.property(arbitraryBody, fc.nat(), fc.jsonValue(), (body, choice, value) => {
        const content = JSON.parse(JSON.stringify(encodeBody(body))) as Record<
          string,
          Record<string, unknown>
        >
        const data = content['data'] ?? content
        const fields = Object.keys(data)
        // As a signature covers it: SSB hashes JSON text, which writes a negative zero as 0.
        data[fields[choice % fields.length] ?? ''] = JSON.parse(JSON.stringify(value))
        const parsed = parseContent(content)
        // Another SSB program's to say, and not kept: we block nobody.
        if (parsed.type === 'contact') Reflect.set(content, 'blocking', false)
        if (parsed.type !== 'junk') expect(JSON.parse(JSON.stringify(encodeBody(parsed)))).toEqual(content)
      }),
      { numRuns: 500 },
    )
  })

  it('never throws on a packed field with its bytes cut, doubled or changed', () => {
    const text = fc.oneof(fc.base64String({ maxLength: 400 }), fc.string(), fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(arbitraryBody, text, (body, packed) => {
        const content = JSON.parse(JSON.stringify(encodeBody(body))) as { data?: Record<string, unknown> }
        for (const field of ['cut', 'have', 'seen', 'signers', 'sigs'])
          if (content.data?.[field] !== undefined) content.data[field] = packed
        expect(() => parseContent(content)).not.toThrow()
      }),
      { numRuns: 300 },
    )
  })

  it('does not look beyond own fields', () => {
    const content: unknown = JSON.parse('{"type":"evidence","__proto__":{"data":{}}}')
    expect(parseContent(content)).toEqual({ type: 'junk', code: 'missing-field' })
  })
})

describe('parseMessage', () => {
  it('carries over what SSB has checked', () => {
    const { value, key, size } = first
    expect(parseMessage(messageKeyOfValue(value), value)).toEqual({
      key,
      author: value.author,
      sequence: value.sequence,
      previous: value.previous,
      timestamp: value.timestamp,
      size,
      body: { type: 'junk', code: 'unknown-type' },
    })
  })

  it('finds key and size of what nobody has named', () => {
    expect(parseUnnamed(first.value)).toEqual(parseMessage(first.key, first.value))
    expect(parseUnnamed(first.value)).toMatchObject({ key: first.key, size: first.size })
  })

  it('refuses one unit more than SSB replicates', () => {
    const transactions = (count: number): ClassicMessage => ({
      ...first.value,
      content: { type: 'transaction', data: { txs: [Buffer.alloc(count).toString('base64')] } },
    })
    const room = MESSAGE_SIZE_LIMIT - parseMessage(first.key, transactions(3)).size
    const largest = transactions(3 * Math.floor(room / 4) + 3)
    const filler = MESSAGE_SIZE_LIMIT - parseMessage(first.key, largest).size
    const widened = (units: number): ClassicMessage => ({
      ...largest,
      signature: largest.signature + '='.repeat(units),
    })
    expect(parseMessage(first.key, widened(filler))).toMatchObject({
      size: MESSAGE_SIZE_LIMIT,
      body: { type: 'transaction' },
    })
    expect(parseMessage(first.key, widened(filler + 1)).body).toEqual({
      type: 'junk',
      code: 'oversized-message',
    })
  })
})
