import { describe, expect, it } from 'vitest'
import { classicSize, MESSAGE_SIZE_LIMIT } from '../../../src/feeds/index.js'
import { Assembly } from '../../../src/ocean-relay/assembly.js'
import { PART_BYTES, type Part, partsOf, readPart } from '../../../src/ocean-relay/content.js'
import { generateNodeIdentity } from '../../../src/roles/index.js'
import { equalBytes } from '../../../src/util/index.js'
import { signedMessage } from '../../support/signed-feed.js'

const ID = 'ab'.repeat(32)
const name = { kind: 'ocean-block', id: ID } as const
const bytesOf = (size: number) => Uint8Array.from({ length: size }, (_, index) => index * 7)

const parsed = (content: object): Part => {
  const part = readPart(content)
  if ('verdict' in part) throw new Error(part.code)
  return part
}

describe('contents of a relay', () => {
  it.each([1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES])(
    'of %i bytes come back from their parts',
    (size) => {
      const assembly = new Assembly()
      const taken = partsOf(name, bytesOf(size)).map((part) => assembly.take(parsed(part)))
      expect(taken.slice(0, -1)).toEqual(taken.slice(0, -1).map(() => ({})))
      const { bytes = new Uint8Array(0), ...named } = taken.at(-1)?.whole ?? {}
      expect(named).toEqual(name)
      expect(equalBytes(bytes, bytesOf(size))).toBe(true)
    },
  )

  it('have parts that fit into a message', () => {
    const [content = {}] = partsOf({ kind: 'ocean-transaction', id: ID }, bytesOf(PART_BYTES))
    const { value } = signedMessage(generateNodeIdentity(), undefined, content)
    expect(classicSize(value)).toBeLessThanOrEqual(MESSAGE_SIZE_LIMIT)
  })

  const data = { id: ID, part: 0, parts: 1, bytes: 'AAAA' }
  it.each([
    ['no object', null, 'malformed-content'],
    ['text', 'ocean-block', 'malformed-content'],
    ['another type', { type: 'transaction', data }, 'malformed-content'],
    ['a field too many', { type: 'ocean-block', data: { ...data, more: 1 } }, 'malformed-content'],
    ['an id that is none', { type: 'ocean-block', data: { ...data, id: 'AB' } }, 'malformed-content'],
    ['a part of a part', { type: 'ocean-block', data: { ...data, part: 0.5 } }, 'malformed-content'],
    ['no bytes', { type: 'ocean-block', data: { ...data, bytes: '' } }, 'malformed-content'],
    [
      'too many bytes',
      { type: 'ocean-block', data: { ...data, bytes: 'A'.repeat(7204) } },
      'malformed-content',
    ],
    ['a part behind the last', { type: 'ocean-block', data: { ...data, part: 1 } }, 'too-many-parts'],
    ['more than a block', { type: 'ocean-block', data: { ...data, parts: 742 } }, 'too-many-parts'],
    ['more than a proof', { type: 'ocean-fork', data: { ...data, parts: 5 } }, 'too-many-parts'],
  ])('are refused as %s', (_, content, code) => {
    expect(readPart(content)).toMatchObject({ verdict: 'reject', code })
  })
})

describe('an assembly', () => {
  const [first, second] = partsOf(name, bytesOf(2 * PART_BYTES)).map(parsed) as [Part, Part]

  it('begins anew where the author began anew', () => {
    const assembly = new Assembly()
    assembly.take(first)
    expect(assembly.take(first)).toMatchObject({ refusal: { verdict: 'ignore', code: 'unfinished-content' } })
    expect(assembly.take(second).whole?.bytes).toHaveLength(2 * PART_BYTES)
  })

  it.each([
    ['without its beginning', []],
    ['of another content', [{ ...first, id: 'cd'.repeat(32) }]],
    ['of another kind', [{ ...first, kind: 'ocean-transaction' as const }]],
    ['of another count', [{ ...first, count: 3 }]],
    [
      'twice',
      [
        { ...first, count: 3 },
        { ...second, count: 3 },
      ],
    ],
  ])('refuses a part %s', (_, before) => {
    const assembly = new Assembly()
    for (const part of before) assembly.take(part)
    const again = before.length === 2 ? { ...second, count: 3 } : second
    expect(assembly.take(again)).toMatchObject({ refusal: { verdict: 'reject', code: 'stray-part' } })
    expect(assembly.take(second)).toMatchObject({ refusal: { code: 'stray-part' } })
  })

  it('refuses base64 that is none', () => {
    expect(new Assembly().take({ ...first, text: 'A===' })).toMatchObject({
      refusal: { code: 'malformed-content' },
    })
  })
})
