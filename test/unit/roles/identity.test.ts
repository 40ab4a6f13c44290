import { createPublicKey, verify } from 'node:crypto'
import ssbKeys from 'ssb-keys'
import { describe, expect, it } from 'vitest'
import { feedIdBytes } from '../../../src/feeds/index.js'
import {
  drawRandom,
  generateNodeIdentity,
  generateRoleIdentity,
  isRoleIdentity,
  sign,
  verifyBytes,
} from '../../../src/roles/index.js'
import { fromBase64, utf8 } from '../../../src/util/index.js'
import { seedOf } from '../../support/network.js'

/** Listing 1 of the document: a key pair that it publishes, seed and public key together. */
const LISTING_1 = {
  curve: 'ed25519',
  public: 's9+ZsrSDXz7WdQ6ED7Ry3+tN8tTzl3J0DEIuTn/tXrU=.ed25519',
  private: 'baTNPZd9Ta47Tp+a0gTpje3SK4iJ/yebaVrWH0749eiz35mytINfPtZ1DoQPtHLf603y1POXcnQMQi5Of+1etQ==.ed25519',
  id: '@s9+ZsrSDXz7WdQ6ED7Ry3+tN8tTzl3J0DEIuTn/tXrU=.ed25519',
}

const node = generateNodeIdentity(seedOf('a node'))
const role = generateRoleIdentity(node.id, 'precommitter', seedOf('a role'))

describe('identities', () => {
  it('come out as listing 1 from its seed', () => {
    const seed = fromBase64(LISTING_1.private.slice(0, -'.ed25519'.length), 64).subarray(0, 32)
    expect(generateNodeIdentity(seed)).toEqual(LISTING_1)
  })

  it('of roles have the two fields of listing 2 besides', () => {
    expect(Object.keys(role)).toEqual(['curve', 'public', 'private', 'id', 'ownerid', 'role'])
    expect(role).toMatchObject({ ownerid: node.id, role: 'precommitter', public: role.id.slice(1) })
    expect([isRoleIdentity(role), isRoleIdentity(node)]).toEqual([true, false])
  })

  it('differ when nobody says which', () => {
    const ids = [generateNodeIdentity(), generateNodeIdentity(), generateRoleIdentity(node.id, 'sealer')]
    expect(new Set(ids.map(({ id }) => id)).size).toBe(3)
    expect(drawRandom(16)).toHaveLength(16)
  })

  it('are refused from a seed of another size', () => {
    expect(() => generateNodeIdentity(new Uint8Array(31))).toThrow('a seed has 32 bytes')
  })

  it('are what ssb-keys would make', () => {
    expect(ssbKeys.generate('ed25519', Buffer.from(seedOf('a node')))).toEqual(node)
  })
})

describe('signatures', () => {
  const bytes = utf8('bf/test/v1 and some bytes')
  const signature = fromBase64(sign(role, bytes), 64)

  it('hold for OpenSSL too', () => {
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), feedIdBytes(role.id)])
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
    expect(verify(null, bytes, key, signature)).toBe(true)
  })

  it('hold for these bytes by this key alone', () => {
    expect(verifyBytes(feedIdBytes(role.id), bytes, signature)).toBe(true)
    expect(verifyBytes(feedIdBytes(node.id), bytes, signature)).toBe(false)
    expect(verifyBytes(feedIdBytes(role.id), utf8('others'), signature)).toBe(false)
    expect(
      verifyBytes(
        feedIdBytes(role.id),
        bytes,
        signature.map((byte, i) => (i === 9 ? byte ^ 1 : byte)),
      ),
    ).toBe(false)
  })

  it('are false, not an exception, at another size', () => {
    expect(verifyBytes(feedIdBytes(role.id), bytes, signature.subarray(1))).toBe(false)
    expect(verifyBytes(feedIdBytes(role.id).subarray(1), bytes, signature)).toBe(false)
  })
})
