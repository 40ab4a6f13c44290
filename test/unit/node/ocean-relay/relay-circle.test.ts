import { describe, expect, it } from 'vitest'
import { relayCircle } from '../../../../src/node/ocean-relay/index.js'
import type { RelayFile } from '../../../../src/ocean-relay/index.js'
import { generateNodeIdentity } from '../../../../src/roles/index.js'
import { addressOf } from '../../../../plugins/registry-admission/index.js'

const ids = Array.from({ length: 4 }, () => generateNodeIdentity().id)
const stranger = generateNodeIdentity().id
const file: RelayFile = {
  version: 1,
  networkKey: '',
  members: ids.map((id, index) => ({ id, host: '127.0.0.1', port: index + 1 })),
}
const circles = ids.map((id) => [id, relayCircle(file, id)] as const)

describe('the circle of a relay', () => {
  it('links every two members, and of two exactly one dials', () => {
    for (const [self, circle] of circles) {
      for (const [other, theirs] of circles) {
        if (self === other) continue
        expect(circle.refusalOf(other)).toBeUndefined()
        const dialling = [circle, theirs].filter(({ dialled }, at) =>
          dialled.targets.some(({ id }) => id === (at === 0 ? other : self)),
        )
        expect(dialling).toHaveLength(1)
      }
    }
  })

  it('dials at the addresses of the file', () => {
    for (const [, { dialled }] of circles) {
      for (const { id, address } of dialled.targets) {
        expect(address).toBe(addressOf(id, { host: '127.0.0.1', port: ids.indexOf(id) + 1 }))
      }
    }
  })

  it('refuses strangers, and a second process on the own key', () => {
    for (const [self, circle] of circles) {
      expect(circle.refusalOf(stranger)).toBe('not-registered')
      expect(circle.refusalOf('nonsense')).toBe('not-registered')
      expect(circle.refusalOf(self)).toBe('own-identity')
      expect(circle.rpcsOf(stranger)).toEqual([])
      expect(circle.admits(stranger)).toBe(false)
      expect([...circle.wanted]).toEqual(ids)
      expect(circle.rpcsOf(ids[0] ?? stranger)).not.toContain('blockfin.offer')
    }
    expect(relayCircle(file, stranger).refusalOf(ids[0] ?? '')).toBe('self-not-registered')
  })
})
