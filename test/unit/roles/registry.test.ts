import { describe, expect, it } from 'vitest'
import { feedIdBytes, feedIdOf } from '../../../src/feeds/index.js'
import type { Member } from '../../../src/roles/index.js'
import {
  allFeeds,
  electorateOf,
  epochOf,
  lanesOf,
  registryFrom,
  registryOf,
  ROLE_MESSAGES,
  ROLES,
} from '../../../src/roles/index.js'
import { testNetwork } from '../../support/network.js'

const { network } = testNetwork({ validators: 4, messagenodes: 3, observers: 1 })
const registry = registryOf(network)

const observer = (firstByte: number): Member => ({
  kind: 'observer',
  id: feedIdOf(new Uint8Array(32).fill(firstByte)),
  name: `observer-${firstByte}`,
  addresses: { ssb: null, http: null },
})

describe('an epoch', () => {
  it('ranks by raw key bytes, which is not the order of base64 text', () => {
    // In base64 `/` and `+` stand for the highest digits and sort before letters.
    const [validator] = network.genesis.validators
    if (validator === undefined) throw new Error('four validators')
    const named = (firstByte: number) => ({ ...validator, id: observer(firstByte).id })
    const members = [named(0xff), named(0x00), named(0xfb), named(0x80)]
    const ranked = epochOf(3, members).validators.map(({ id }) => feedIdBytes(id)[0])
    expect(ranked).toEqual([0x00, 0x80, 0xfb, 0xff])
    expect(members.map(({ id }) => id).sort()).not.toEqual(epochOf(3, members).validators.map(({ id }) => id))
  })

  it('counts validators and Messagenodes, and never an observer', () => {
    const { number, validators, messagenodes, faulty, quorum } = epochOf(7, network.members)
    expect([number, validators.length, messagenodes.length, faulty, quorum]).toEqual([7, 4, 3, 1, 3])
    expect([...validators, ...messagenodes].some(({ kind }) => (kind as string) === 'observer')).toBe(false)
  })

  it('gives the electorate of its chain: one key per stage and validator, in order of rank', () => {
    const { chainId, epoch, quorum, roleKeys } = electorateOf(network, network.genesis)
    expect([chainId, epoch, quorum]).toEqual([network.chainId, 0, 3])
    expect(roleKeys).toEqual({
      precommit: network.genesis.validators.map(({ roles }) => roles.precommitter),
      commit: network.genesis.validators.map(({ roles }) => roles.committer),
      seal: network.genesis.validators.map(({ roles }) => roles.sealer),
    })
  })

  it('has the transaction feeds as lanes', () => {
    expect(lanesOf(network.genesis)).toEqual(
      network.genesis.validators.map(({ roles }) => roles['transaction-validator']),
    )
  })
})

describe('a registry', () => {
  it('knows the place of each feed, and the feed of each place', () => {
    const places = allFeeds(network).map((feed) => ({ feed, place: registry.placeOf(feed) }))
    expect(places).toHaveLength(4 * 5 + 3 * 6 + 1)
    expect(new Set(places.map(({ feed }) => feed)).size).toBe(places.length)
    for (const { feed, place } of places) {
      if (place === undefined) throw new Error(`${feed} has no place`)
      expect(registry.feedOf(place.member.id, place.role)).toBe(feed)
      expect(registry.memberOf(place.member.id)).toBe(place.member)
    }
  })

  it('gives the rank of validators and of Messagenodes apart, and -1 for observers', () => {
    const indices = (kind: Member['kind']) =>
      network.members
        .filter((member) => member.kind === kind)
        .map(({ id }) => registry.placeOf(id)?.index)
        .sort()
    expect(indices('validator')).toEqual([0, 1, 2, 3])
    expect(indices('messagenode')).toEqual([0, 1, 2])
    expect(indices('observer')).toEqual([-1])
    network.genesis.validators.forEach(({ roles }, index) => {
      expect(registry.placeOf(roles.sealer)).toMatchObject({ role: 'sealer', index })
    })
  })

  it('knows no stranger, and no role that a kind does not hold', () => {
    const stranger = observer(9).id
    expect(registry.placeOf(stranger)).toBeUndefined()
    expect(registry.memberOf(stranger)).toBeUndefined()
    expect(registry.feedOf(stranger, 'main')).toBeUndefined()
    const [validator] = network.genesis.validators
    const watcher = network.members.find(({ kind }) => kind === 'observer')
    if (validator === undefined || watcher === undefined) throw new Error('one of each')
    expect(registry.feedOf(validator.id, 'seal-counter')).toBeUndefined()
    expect(registry.feedOf(watcher.id, 'sealer')).toBeUndefined()
    expect(registry.feedOf(watcher.id, 'main')).toBe(watcher.id)
  })

  it('of the next epoch leaves the one before as it was', () => {
    const newcomer = observer(9)
    const next = registryFrom(1, [...registry.members, newcomer])
    expect([next.epoch.number, next.placeOf(newcomer.id)?.index]).toEqual([1, -1])
    expect([registry.epoch.number, registry.placeOf(newcomer.id)]).toEqual([0, undefined])
  })
})

describe('ROLE_MESSAGES', () => {
  it('opens every role feed with an identity and allows one kind of work in it', () => {
    for (const role of ROLES) {
      expect(ROLE_MESSAGES[role]).toHaveLength(2)
      expect(ROLE_MESSAGES[role][0]).toBe('identity')
    }
  })

  it('has a role for every message, and only one', () => {
    const work = Object.values(ROLE_MESSAGES)
      .flat()
      .filter((type) => type !== 'identity')
    expect(work.sort()).toEqual(
      [
        'assembled',
        'block',
        'commit',
        'committed',
        'contact',
        'evidence',
        'precommit',
        'precommitted',
        'seal',
        'sealed',
        'transaction',
      ].sort(),
    )
  })
})
