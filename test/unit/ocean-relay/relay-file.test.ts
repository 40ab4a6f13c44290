import { describe, expect, it } from 'vitest'
import { MOST_MEMBERS, relayFileSchema } from '../../../src/ocean-relay/index.js'
import { generateNodeIdentity } from '../../../src/roles/index.js'

const member = (port: number) => ({ id: generateNodeIdentity().id, host: '127.0.0.1', port })
const [a, b] = [member(1), member(2)]
const networkKey = Buffer.alloc(32, 7).toString('base64')
const file = { version: 1, networkKey, members: [a, b] }

describe('a relay file', () => {
  it('is read as it stands', () => {
    expect(relayFileSchema.parse(file)).toEqual(file)
  })

  it.each([
    ['another version', { ...file, version: 2 }],
    ['a short network key', { ...file, networkKey: 'AAAA' }],
    ['an unknown field', { ...file, more: 1 }],
    ['nobody in it', { ...file, members: [] }],
    ['a member twice', { ...file, members: [a, { ...a, port: 3 }] }],
    ['an address twice', { ...file, members: [a, { ...b, port: 1 }] }],
    ['an id that is none', { ...file, members: [{ ...a, id: '@x.ed25519' }] }],
    ['port 0', { ...file, members: [{ ...a, port: 0 }] }],
    [
      'too many members',
      { ...file, members: Array.from({ length: MOST_MEMBERS + 1 }, (_, at) => member(at + 1)) },
    ],
  ])('is refused with %s', (_, wrong) => {
    expect(relayFileSchema.safeParse(wrong).success).toBe(false)
  })
})
