import { describe, expect, it } from 'vitest'
import { followsOf, publishContacts } from '../../../../plugins/contacts/index.js'
import type { Body, ContactBody } from '../../../../src/feeds/index.js'
import { feedsOf, type MemberKind, registryFrom, registryOf } from '../../../../src/roles/index.js'
import { assert } from '../../../../src/util/index.js'
import { testNetwork } from '../../../support/network.js'

const { network } = testNetwork({ validators: 3, messagenodes: 2, observers: 1 })
const registry = registryOf(network)
const ofKind = (kind: MemberKind) => registry.members.filter((member) => member.kind === kind)
const first = (kind: MemberKind) => {
  const [member] = ofKind(kind)
  assert(member, 'the test network has one of each kind')
  return member
}
const mains = (kind: MemberKind) => ofKind(kind).map(({ id }) => id)
const roleFeeds = (kind: MemberKind) =>
  feedsOf(first(kind))
    .slice(1)
    .map(([, feed]) => feed)

describe('who follows whom', () => {
  it('a validator follows its role feeds and all Messagenodes, no validator', () => {
    expect(followsOf(registry, first('validator').id)).toEqual([
      ...roleFeeds('validator'),
      ...mains('messagenode'),
    ])
  })

  it('a Messagenode follows its role feeds, all validators and the other Messagenodes', () => {
    const follows = followsOf(registry, first('messagenode').id)
    expect(follows).toEqual([
      ...roleFeeds('messagenode'),
      ...mains('validator'),
      ...mains('messagenode').slice(1),
    ])
  })

  it('an observer follows the Messagenodes', () => {
    expect(followsOf(registry, first('observer').id)).toEqual(mains('messagenode'))
  })
})

describe('publishing', () => {
  const self = first('messagenode').id
  const run = async (bodies: Body[], of = registry) => {
    const result = await publishContacts({
      registry: of,
      self,
      bodies,
      publish: async (body) => bodies.push(body),
    })
    return { bodies, ...result }
  }

  it('publishes every follow once, whatever else the feed holds', async () => {
    const { bodies } = await run([{ type: 'contact', contact: self, following: false }])
    const { follows, unfollows } = await run(bodies)
    expect({ follows, unfollows }).toEqual({ follows: [], unfollows: [] })
    const followed = bodies.filter((body): body is ContactBody => body.type === 'contact' && body.following)
    expect(followed.map(({ contact }) => contact)).toEqual(followsOf(registry, self))
  })

  it('follows anew what was unfollowed since', async () => {
    const { bodies } = await run([])
    const contact = first('validator').id
    bodies.push({ type: 'contact', contact, following: false })
    expect((await run(bodies)).follows).toEqual([contact])
  })

  it('unfollows members that have left', async () => {
    const { bodies } = await run([])
    const left = first('validator').id
    const next = registryFrom(
      1,
      registry.members.filter(({ id }) => id !== left),
    )
    expect(await run(bodies, next)).toMatchObject({ follows: [], unfollows: [left] })
  })
})
