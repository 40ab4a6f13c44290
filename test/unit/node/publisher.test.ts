import { describe, expect, it } from 'vitest'
import { encodeBody } from '../../../src/feeds/index.js'
import { publisher } from '../../../src/node/publisher.js'
import type { Publish } from '../../../src/protocol/index.js'
import { generateRoleIdentity, type Role, sign, verifyBytes } from '../../../src/roles/index.js'
import { fromBase64, utf8 } from '../../../src/util/index.js'
import { feedNamed, keyNamed } from '../../support/feed-of.js'
import { seedOf } from '../../support/network.js'
import { strangeHash } from '../../support/protocol/index.js'

const roles: readonly Role[] = ['precommitter', 'committer', 'empty-block-producer']
const identities = new Map(
  roles.map((role) => [role, generateRoleIdentity(feedNamed('owner'), role, seedOf(role))]),
)

const identityOf = (role: Role) => {
  const identity = identities.get(role)
  if (!identity) throw new RangeError(role)
  return identity
}

const setting = () => {
  const appended: { readonly role: Role; readonly content: object; readonly durable: readonly string[] }[] =
    []
  const publish = publisher(identities, async ({ role }, content, durable) => {
    appended.push({ role, content, durable })
  })
  return { publish, appended }
}

const skip = { type: 'precommit', skip: true, height: 4, round: 2, entry: keyNamed('entry') } as const
const slot = { type: 'block', height: 4, previous: strangeHash('3'), hash: strangeHash('4') } as const

describe('publishing', () => {
  it('signs a vote with the key of its role, into the feed of that role', async () => {
    const { publish, appended } = setting()
    const bytes = utf8('vote bytes')
    const durable = [keyNamed('entry')]
    await publish({ kind: 'publish', role: 'precommitter', draft: skip, voteBytes: bytes, durable })
    const signature = sign(identityOf('precommitter'), bytes)
    expect(appended).toEqual([{ role: 'precommitter', content: encodeBody({ ...skip, signature }), durable }])
    const publicKey = fromBase64(identityOf('precommitter').public.replace('.ed25519', ''), 32)
    expect(verifyBytes(publicKey, bytes, fromBase64(signature, 64))).toBe(true)
  })

  it('adds no signature to what needs none', async () => {
    const { publish, appended } = setting()
    await publish({
      kind: 'publish',
      role: 'empty-block-producer',
      draft: slot,
      voteBytes: null,
      durable: [],
    })
    expect(appended).toEqual([{ role: 'empty-block-producer', content: encodeBody(slot), durable: [] }])
  })

  const bugs: readonly (readonly [string, Omit<Publish, 'kind' | 'durable'>])[] = [
    ['a vote without bytes to sign', { role: 'precommitter', draft: skip, voteBytes: null }],
    ['a signature where none belongs', { role: 'empty-block-producer', draft: slot, voteBytes: utf8('x') }],
    ['a role of another kind of member', { role: 'sealer', draft: slot, voteBytes: null }],
  ]

  it.each(bugs)('rejects %s: that is a bug, and nothing is appended', async (_name, wrong) => {
    const { publish, appended } = setting()
    await expect(publish({ kind: 'publish', durable: [], ...wrong })).rejects.toThrow()
    expect(appended).toEqual([])
  })
})
