import { describe, expect, it, test } from 'vitest'
import type { FeedId, Hash, IdentityBody, Signature } from '../../../src/feeds/index.js'
import type { Role } from '../../../src/roles/index.js'
import {
  endorse,
  endorsementBytes,
  generateNodeIdentity,
  generateRoleIdentity,
  ROLES,
  verifyEndorsement,
} from '../../../src/roles/index.js'
import { fromHex, toHex } from '../../../src/util/index.js'
import vectors from '../../vectors/endorsement.json' with { type: 'json' }
import { seedOf } from '../../support/network.js'

describe('vectors', () => {
  it('have one of every role', () => {
    expect(vectors.map(({ role }) => role)).toEqual(ROLES)
  })

  test.each(vectors)('$role', (vector) => {
    const networkId = vector.networkId as Hash
    const role = vector.role as Role
    const owner = generateNodeIdentity(fromHex(vector.ownerSeed))
    const identity = generateRoleIdentity(owner.id, role, fromHex(vector.roleSeed))
    const endorsed = { owner: vector.owner as FeedId, role, key: vector.key as FeedId }
    expect(toHex(endorsementBytes(networkId, endorsed, 'owner'))).toBe(vector.ownerBytes)
    expect(toHex(endorsementBytes(networkId, endorsed, 'role'))).toBe(vector.roleBytes)
    const body = endorse(networkId, owner, identity)
    expect(body).toEqual({
      type: 'identity',
      owner: vector.owner,
      role,
      ownerSignature: vector.ownerSignature,
      roleSignature: vector.roleSignature,
    })
    expect(verifyEndorsement(networkId, identity.id, body)).toEqual({ verdict: 'accept' })
  })
})

describe('an endorsement', () => {
  const networkId = 'aa'.repeat(32) as Hash
  const owner = generateNodeIdentity(seedOf('owner'))
  const rival = generateNodeIdentity(seedOf('rival'))
  const sealer = generateRoleIdentity(owner.id, 'sealer', seedOf('sealer'))
  const body = endorse(networkId, owner, sealer)
  const code = (changed: IdentityBody, network = networkId, key = sealer.id) => {
    const verdict = verifyEndorsement(network, key, changed)
    return verdict.verdict === 'accept' ? 'accept' : verdict.code
  }

  it('holds', () => {
    expect(code(body)).toBe('accept')
  })

  test.each<[string, string, Partial<IdentityBody>]>([
    ['of a role unknown', 'endorsement-role-unknown', { role: 'emperor' }],
    ['of another role', 'endorsement-owner-signature', { role: 'committer' }],
    ['by another owner', 'endorsement-owner-signature', { owner: rival.id }],
    ['with the directions swapped', 'endorsement-owner-signature', { ownerSignature: body.roleSignature }],
    ['answered by the owner alone', 'endorsement-role-signature', { roleSignature: body.ownerSignature }],
    ['with half a signature', 'endorsement-role-signature', { roleSignature: 'AAAA' as Signature }],
    ['that is no base64', 'endorsement-owner-signature', { ownerSignature: '?' as Signature }],
  ])('is refused %s', (_, expected, change) => {
    expect(code({ ...body, ...change })).toBe(expected)
  })

  it('is refused in another network, and in another feed', () => {
    expect(code(body, 'bb'.repeat(32) as Hash)).toBe('endorsement-owner-signature')
    expect(code(body, networkId, rival.id)).toBe('endorsement-owner-signature')
  })

  it('cannot be claimed by an owner for a key that never agreed', () => {
    const stolen = { ...endorse(networkId, rival, { ...rival, ownerid: rival.id, role: 'sealer' }) }
    const claim = endorse(networkId, rival, { ...sealer, private: rival.private })
    expect(code({ ...stolen, ownerSignature: claim.ownerSignature })).toBe('endorsement-role-signature')
  })
})
