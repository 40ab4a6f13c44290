import { describe, expect, it } from 'vitest'
import {
  addressOf,
  allowedTo,
  identityOfAddress,
  linkRefusal,
  mayLink,
  RPC_PERMISSIONS,
} from '../../../../plugins/registry-admission/index.js'
import { generateNodeIdentity, type MemberKind, registryOf } from '../../../../src/roles/index.js'
import { assert } from '../../../../src/util/index.js'
import { seedOf, testNetwork } from '../../../support/network.js'

const { members, network } = testNetwork({ validators: 2, messagenodes: 2, observers: 2 })
const registry = registryOf(network)
const idOf = (name: string) => {
  const member = members.find((candidate) => candidate.name === name)
  assert(member, `${name} is in the test network`)
  return member.owner.id
}

describe('topology', () => {
  const allowed: readonly [MemberKind, MemberKind, boolean][] = [
    ['validator', 'validator', false],
    ['validator', 'messagenode', true],
    ['validator', 'observer', false],
    ['messagenode', 'messagenode', true],
    ['messagenode', 'observer', true],
    ['observer', 'observer', true],
  ]
  it.each(allowed)('%s and %s: %s, whoever dials', (a, b, expected) => {
    expect(mayLink(a, b)).toBe(expected)
    expect(mayLink(b, a)).toBe(expected)
  })

  it('refuses strangers, role identities, validators among themselves, and its own identity', () => {
    const self = idOf('validator-1')
    const role = members[0]?.roles[0]?.id ?? ''
    expect(linkRefusal(registry, self, generateNodeIdentity(seedOf('stranger')).id)).toBe('not-registered')
    expect(linkRefusal(registry, self, 'nonsense')).toBe('not-registered')
    expect(linkRefusal(registry, self, role)).toBe('not-registered')
    expect(linkRefusal(registry, self, idOf('validator-2'))).toBe('link-not-allowed')
    expect(linkRefusal(registry, self, self)).toBe('own-identity')
    expect(linkRefusal(registry, self, idOf('messagenode-1'))).toBeUndefined()
    const stranger = generateNodeIdentity(seedOf('stranger')).id
    expect(linkRefusal(registry, stranger, self)).toBe('self-not-registered')
  })

  it('reads from an address the identity that the handshake will prove', () => {
    const id = idOf('messagenode-1')
    expect(identityOfAddress(addressOf(id, { host: '127.0.0.1', port: 8008 }))).toBe(id)
    expect(identityOfAddress('net:127.0.0.1:8008')).toBeUndefined()
    expect(identityOfAddress('net:127.0.0.1:8008~noauth')).toBeUndefined()
  })
})

describe('RPC permissions', () => {
  it('names exactly what each kind may call', () => {
    const readOnly = [
      'manifest',
      'ebt.replicate',
      'gossip.ping',
      'blockfin.get',
      'blockfin.range',
      'blockfin.tips',
    ]
    expect(allowedTo('observer')).toEqual(readOnly)
    expect(allowedTo('validator')).toEqual([...readOnly, 'blockfin.offer'])
    expect(allowedTo('messagenode')).toEqual(Object.keys(RPC_PERMISSIONS))
  })
})
