import { describe, expect, it, test } from 'vitest'
import type { RegistrationRequest } from '../../../src/roles/index.js'
import {
  generateNodeIdentity,
  generateRoleIdentity,
  memberRegistration,
  parseRegistration,
} from '../../../src/roles/index.js'
import { isCoded } from '../../../src/util/index.js'
import { seedOf, testDraft, testMember } from '../../support/network.js'

const draft = testDraft(generateNodeIdentity(seedOf('registrar')).id)
const { networkId } = draft
const { owner, roles, registration } = testMember(draft, 'messagenode', 'messagenode-1')

const codeOf = (attempt: () => unknown): string => {
  try {
    attempt()
    return 'accepted'
  } catch (error) {
    if (isCoded(error)) return error.code
    throw error
  }
}

describe('a registration', () => {
  it('is public: it holds no secret key, and reads back from JSON as it is', () => {
    const text = JSON.stringify(registration)
    for (const { private: secret } of [owner, ...roles]) expect(text).not.toContain(secret.slice(0, 40))
    expect(parseRegistration(JSON.parse(text), networkId)).toEqual(registration)
  })

  it('of an observer has no roles', () => {
    const { registration: observer } = testMember(draft, 'observer', 'observer-1')
    expect(Object.keys(observer).sort()).toEqual(['addresses', 'id', 'kind', 'name', 'networkId'])
    expect(parseRegistration(observer, networkId)).toEqual(observer)
  })

  const request: RegistrationRequest = {
    networkId,
    kind: 'messagenode',
    owner,
    roles,
    name: 'messagenode-1',
    addresses: { ssb: null, http: null },
  }
  const foreign = generateRoleIdentity(
    generateNodeIdentity(seedOf('else')).id,
    'seal-counter',
    seedOf('seal'),
  )

  test.each<[string, string, Partial<RegistrationRequest>]>([
    ['without one of its roles', 'role-identity-missing', { roles: roles.slice(1) }],
    ['with a role twice', 'role-identity-unexpected', { roles: [...roles, ...roles.slice(0, 1)] }],
    ["with another owner's role", 'role-identity-unexpected', { roles: [...roles.slice(0, 4), foreign] }],
    ['as another kind', 'role-identity-unexpected', { kind: 'validator' }],
    ['as an observer with roles', 'role-identity-unexpected', { kind: 'observer' }],
    ['with a bad name', 'name-malformed', { name: 'a b' }],
    ['with a bad address', 'http-address-malformed', { addresses: { ssb: null, http: 'nowhere' } }],
    ['with a name too long', 'registration-malformed', { name: 'a'.repeat(65) }],
  ])('cannot be made %s', (_, code, change) => {
    expect(codeOf(() => memberRegistration(request))).toBe('accepted')
    expect(codeOf(() => memberRegistration({ ...request, ...change }))).toBe(code)
  })

  it('is refused by the registrar of another network, or with anything changed', () => {
    const other = testDraft(draft.registrar, { laneBatchMs: 1 }).networkId
    expect(codeOf(() => parseRegistration(registration, other))).toBe('registration-of-other-network')
    const replayed = { ...registration, networkId: other }
    expect(codeOf(() => parseRegistration(replayed, other))).toBe('endorsement-owner-signature')
    const stolen = { ...registration, id: generateNodeIdentity(seedOf('thief')).id }
    expect(codeOf(() => parseRegistration(stolen, networkId))).toBe('endorsement-owner-signature')
    expect(codeOf(() => parseRegistration({ ...registration, stake: 5 }, networkId))).toBe(
      'registration-malformed',
    )
    expect(codeOf(() => parseRegistration(undefined, networkId))).toBe('registration-malformed')
  })
})
