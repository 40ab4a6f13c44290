import { describe, expect, it } from 'vitest'
import { publisher } from '../../../src/node/publisher.js'
import type { Publish } from '../../../src/protocol/index.js'
import { generateRoleIdentity, type Role } from '../../../src/roles/index.js'
import { CodedError, utf8 } from '../../../src/util/index.js'
import { feedNamed, keyNamed, messageOf } from '../../support/feed-of.js'
import { seedOf } from '../../support/network.js'
import { strangeHash } from '../../support/protocol/index.js'

const roles: readonly Role[] = ['precommitter', 'committer', 'empty-block-producer']
const identities = new Map(
  roles.map((role) => [role, generateRoleIdentity(feedNamed('owner'), role, seedOf(role))]),
)

const setting = (refusal?: Error) => {
  const said: unknown[] = []
  const answer = async (...facts: readonly unknown[]) => {
    if (refusal) throw refusal
    said.push(facts)
    return messageOf(feedNamed('self'), 1)
  }
  const publish = publisher(identities, {
    vote: ({ id }, draft, bytes, durable) => answer('vote', id, draft, bytes, durable),
    publish: ({ id }, body, durable) => answer('publish', id, body, durable),
  })
  return { publish, said }
}

const skip = { type: 'precommit', skip: true, height: 4, round: 2, entry: keyNamed('entry') } as const
const slot = { type: 'block', height: 4, previous: strangeHash('3'), hash: strangeHash('4') } as const
const bytes = utf8('vote bytes')
const vote: Publish = { kind: 'publish', role: 'precommitter', draft: skip, voteBytes: bytes, durable: [] }

describe('publishing', () => {
  it('has a vote signed with the key of its role, into the feed of that role', async () => {
    const { publish, said } = setting()
    const durable = [keyNamed('entry')]
    await publish({ ...vote, durable })
    expect(said).toEqual([['vote', identities.get('precommitter')?.id, skip, bytes, durable]])
  })

  it('has nothing signed where no signature is needed', async () => {
    const { publish, said } = setting()
    await publish({ ...vote, role: 'empty-block-producer', draft: slot, voteBytes: null })
    expect(said).toEqual([['publish', identities.get('empty-block-producer')?.id, slot, []]])
  })

  it.each(['signing-forbidden', 'slot-taken'])('leaves unsaid what the guard refuses (%s)', async (code) => {
    const { publish } = setting(new CodedError(code, 'no'))
    await expect(publish(vote)).resolves.toBeUndefined()
  })

  it.each(['wal-broken', 'slot-forgotten'])('lets every other fault through (%s)', async (code) => {
    const { publish } = setting(new CodedError(code, 'no'))
    await expect(publish(vote)).rejects.toMatchObject({ code })
  })

  const bugs: readonly (readonly [string, Partial<Publish>])[] = [
    ['a vote without bytes to sign', { voteBytes: null }],
    ['a role of another kind of member', { role: 'sealer' }],
  ]

  it.each(bugs)('rejects %s: that is a bug, and nothing is said', async (_name, wrong) => {
    const { publish, said } = setting()
    await expect(publish({ ...vote, ...wrong })).rejects.toThrow()
    expect(said).toEqual([])
  })
})
