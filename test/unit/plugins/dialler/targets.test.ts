import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffMs, targetsOf } from '../../../../plugins/dialler/index.js'
import { generateNodeIdentity, type Member, registryFrom, registryOf } from '../../../../src/roles/index.js'
import type { FeedId } from '../../../../src/feeds/index.js'
import { assert } from '../../../../src/util/index.js'
import { seedOf, testNetwork } from '../../../support/network.js'

const { network } = testNetwork({ validators: 4, messagenodes: 5, observers: 1 })
const registry = registryOf(network)
const idsOf = (kind: Member['kind']) => registry.members.filter((m) => m.kind === kind).map(({ id }) => id)
const messagenodes = registry.epoch.messagenodes.map(({ id }) => id)
const first = (kind: Member['kind']) => {
  const [id] = idsOf(kind)
  assert(id, 'the test network has one of each kind')
  return id
}
const [validator, observer] = [first('validator'), first('observer')]

const dialled = (self: FeedId, follow?: readonly FeedId[]) => targetsOf(registry, self, 2, follow)

describe('whom to dial', () => {
  it('validators and observers dial all Messagenodes', () => {
    for (const self of [validator, observer]) {
      const result = dialled(self)
      expect(result.targets.map(({ id }) => id)).toEqual(messagenodes)
      expect(result.warnings).toEqual([])
    }
  })

  it('of every two Messagenodes exactly one dials the other', () => {
    const links = messagenodes.flatMap((self) =>
      dialled(self).targets.map(({ id }) => [self, id].sort().join()),
    )
    expect(links).toHaveLength((5 * 4) / 2)
    expect(new Set(links).size).toBe(links.length)
  })

  it('keeps to the Messagenodes that it is told to follow', () => {
    const follow = messagenodes.slice(0, 3)
    expect(dialled(validator, follow).targets.map(({ id }) => id)).toEqual(follow)
  })

  it('warns of a validator that follows too few, and of names that are no Messagenode', () => {
    const stranger = generateNodeIdentity(seedOf('stranger')).id
    expect(dialled(validator, [...messagenodes.slice(0, 2), stranger]).warnings).toEqual([
      { code: 'follow-unknown', id: stranger },
      { code: 'follows-too-few', followed: 2, needed: 3 },
    ])
    expect(dialled(observer, messagenodes.slice(0, 1)).warnings).toEqual([])
  })

  it('warns of a Messagenode without an address', () => {
    const hidden = registry.members.map((member): Member =>
      member.id === messagenodes[1] ? { ...member, addresses: { ssb: null, http: null } } : member,
    )
    const { targets, warnings } = targetsOf(registryFrom(0, hidden), validator, 2)
    expect(targets).toHaveLength(4)
    expect(warnings).toEqual([{ code: 'no-address', id: messagenodes[1] }])
  })

  it('dials nobody if it is no member', () => {
    const stranger = generateNodeIdentity(seedOf('stranger')).id
    expect(targetsOf(registry, stranger, 2)).toEqual({ targets: [], warnings: [] })
  })
})

it('backs off exponentially, within its bounds', () => {
  const backoff = { initialMs: 100, maxMs: 5_000 }
  expect([1, 2, 3, 7].map((failures) => backoffMs(backoff, failures, 0))).toEqual([50, 100, 200, 2_500])
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, random) => {
        const delay = backoffMs(backoff, failures, random)
        expect(delay).toBeGreaterThanOrEqual(50)
        expect(delay).toBeLessThanOrEqual(5_000)
      },
    ),
  )
})
