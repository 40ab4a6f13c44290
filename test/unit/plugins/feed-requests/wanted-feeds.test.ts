import { describe, expect, it } from 'vitest'
import { FEED_TYPES, wantedFeeds } from '../../../../plugins/feed-requests/index.js'
import {
  allFeeds,
  type FeedRole,
  feedsOf,
  generateNodeIdentity,
  type MemberKind,
  registryOf,
} from '../../../../src/roles/index.js'
import { assert } from '../../../../src/util/index.js'
import { seedOf, testNetwork } from '../../../support/network.js'

const { network } = testNetwork({ validators: 3, messagenodes: 2, observers: 2 })
const registry = registryOf(network)
const nth = (kind: MemberKind, index: number) => {
  const member = registry.members.filter((candidate) => candidate.kind === kind)[index]
  assert(member, 'the test network is large enough')
  return member
}

/** Roles of `of` that `self` requests. */
const roles = (
  self: [MemberKind, number],
  of: [MemberKind, number],
  chosen = FEED_TYPES as readonly (typeof FEED_TYPES)[number][],
) => {
  const wanted = wantedFeeds(registry, nth(...self).id, chosen)
  return feedsOf(nth(...of)).flatMap(([role, feed]): FeedRole[] => (wanted.has(feed) ? [role] : []))
}
const VALIDATOR = ['main', 'transaction-validator', 'precommitter', 'committer', 'sealer']
const MESSAGENODE = [
  'main',
  'empty-block-producer',
  'block-assembler',
  'precommit-counter',
  'commit-counter',
  'seal-counter',
]

describe('what is requested of whom', () => {
  it.each<[[MemberKind, number], [MemberKind, number], readonly string[]]>([
    [['validator', 0], ['validator', 0], VALIDATOR],
    [
      ['validator', 0],
      ['validator', 1],
      ['main', 'transaction-validator'],
    ],
    [['validator', 0], ['messagenode', 0], MESSAGENODE],
    [['validator', 0], ['observer', 0], ['main']],
    [['messagenode', 0], ['validator', 0], VALIDATOR],
    [['messagenode', 0], ['messagenode', 1], MESSAGENODE],
    [['messagenode', 0], ['observer', 0], ['main']],
    [['observer', 0], ['validator', 0], VALIDATOR],
    [['observer', 0], ['messagenode', 0], MESSAGENODE],
    [['observer', 0], ['observer', 1], ['main']],
  ])('%j requests of %j: %j', (self, of, expected) => {
    expect(roles(self, of)).toEqual(expected)
  })

  it('an observer requests main feeds and the types it chose', () => {
    expect(roles(['observer', 0], ['messagenode', 0], ['sealed', 'seal'])).toEqual(['main', 'seal-counter'])
    expect(roles(['observer', 0], ['validator', 0], ['sealed', 'seal'])).toEqual(['main', 'sealer'])
  })

  it('the choice is for observers only', () => {
    expect(roles(['messagenode', 0], ['validator', 0], [])).toEqual(VALIDATOR)
  })

  it('a Messagenode requests every feed of the registry, a stranger none', () => {
    expect([...wantedFeeds(registry, nth('messagenode', 0).id)]).toEqual(allFeeds(network))
    expect(wantedFeeds(registry, generateNodeIdentity(seedOf('stranger')).id).size).toBe(0)
  })
})
