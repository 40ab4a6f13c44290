import type { Body, FeedId } from '../feeds/index.js'
import { epochOf } from './epoch.js'
import type { Epoch, Member, Network, Role } from './network.js'
import { MESSAGENODE_ROLES, VALIDATOR_ROLES } from './network.js'

/**
 * Who may write what: the registry is a fold over registry operations (protocol section 5), and the genesis
 * members of the network file are its first value. A value never changes; an operation makes the next one with
 * {@link registryFrom}, one epoch later.
 */
export interface Registry {
  readonly epoch: Epoch
  /** In the order of the network file, then of joining. */
  readonly members: readonly Member[]
  /** Whose feed this is, and which one; undefined for a stranger's. */
  placeOf(feed: FeedId): Place | undefined
  /** The feed of a member's role, `main` for its own; undefined if that member has no such role. */
  feedOf(member: FeedId, role: FeedRole): FeedId | undefined
  /** By main id. */
  memberOf(id: FeedId): Member | undefined
}

/** A role, or the main identity that owns the roles. */
export type FeedRole = Role | 'main'

export interface Place {
  readonly member: Member
  readonly role: FeedRole
  /** Rank among the validators, or among the Messagenodes, of the epoch; -1 for observers, who never count. */
  readonly index: number
}

/**
 * What may stand in the feed of each role (protocol section 4). Every role feed opens with its identity; a
 * skip vote is a `precommit`, and a skip certificate a `precommitted`.
 */
export const ROLE_MESSAGES: Readonly<Record<FeedRole, readonly Body['type'][]>> = {
  main: ['identity', 'contact', 'evidence'],
  'transaction-validator': ['identity', 'transaction'],
  precommitter: ['identity', 'precommit'],
  committer: ['identity', 'commit'],
  sealer: ['identity', 'seal'],
  'empty-block-producer': ['identity', 'block'],
  'block-assembler': ['identity', 'assembled'],
  'precommit-counter': ['identity', 'precommitted'],
  'commit-counter': ['identity', 'committed'],
  'seal-counter': ['identity', 'sealed'],
}

/** The genesis registry, the same value every time: an index over all feeds, so that every lookup is O(1). */
export const registryOf = (network: Network): Registry => {
  const registry = REGISTRIES.get(network) ?? registryIn(network.genesis, network.members)
  REGISTRIES.set(network, registry)
  return registry
}

const REGISTRIES = new WeakMap<Network, Registry>()

/** The registry of an epoch with these members. */
export const registryFrom = (epochNumber: number, members: readonly Member[]): Registry =>
  registryIn(epochOf(epochNumber, members), members)

const registryIn = (epoch: Epoch, members: readonly Member[]): Registry => {
  const rank = new Map<FeedId, number>()
  epoch.validators.forEach((member, index) => rank.set(member.id, index))
  epoch.messagenodes.forEach((member, index) => rank.set(member.id, index))

  const byId = new Map<FeedId, Member>()
  const places = new Map<FeedId, Place>()
  for (const member of members) {
    byId.set(member.id, member)
    for (const [role, feed] of feedsOf(member)) {
      places.set(feed, Object.freeze({ member, role, index: rank.get(member.id) ?? -1 }))
    }
  }
  return Object.freeze({
    epoch,
    members,
    placeOf: (feed: FeedId) => places.get(feed),
    feedOf: (id: FeedId, role: FeedRole) => {
      const member = byId.get(id)
      return member && roleFeedOf(member, role)
    },
    memberOf: (id: FeedId) => byId.get(id),
  })
}

/** The roles that a kind of member holds, in the order that endorsements and canonical bytes use. */
export const rolesOf = (kind: Member['kind']): readonly Role[] => {
  switch (kind) {
    case 'validator':
      return VALIDATOR_ROLES
    case 'messagenode':
      return MESSAGENODE_ROLES
    case 'observer':
      return []
  }
}

const roleFeedOf = (member: Member, role: FeedRole): FeedId | undefined => {
  if (role === 'main') return member.id
  if (member.kind === 'observer') return undefined
  const roles: Readonly<Partial<Record<Role, FeedId>>> = member.roles
  return roles[role]
}

/** The feeds of one member: main first, then its roles in their order. */
export const feedsOf = (member: Member): readonly (readonly [FeedRole, FeedId])[] =>
  (['main', ...rolesOf(member.kind)] as const).flatMap((role) => {
    const feed = roleFeedOf(member, role)
    return feed === undefined ? [] : [[role, feed] as const]
  })

/** Every feed that the registry admits, and so everything a node may request. */
export const allFeeds = ({ members }: Pick<Network, 'members'>): readonly FeedId[] =>
  members.flatMap((member) => feedsOf(member).map(([, feed]) => feed))

/** The transaction feeds in registry order: the lanes of a cut (protocol section 3). */
export const lanesOf = (epoch: Epoch): readonly FeedId[] =>
  epoch.validators.map((validator) => validator.roles['transaction-validator'])
