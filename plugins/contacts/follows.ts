import type { FeedId } from '../../src/feeds/index.js'
import { feedsOf, type Member, type MemberKind, type Registry } from '../../src/roles/index.js'

/**
 * Which members' main feeds each kind follows. A plain SSB peer follows one Messagenode and walks from there:
 * Messagenode, then validators and other Messagenodes, then the role feeds of each. Validators never follow each
 * other, as they are never linked.
 */
const FOLLOWED: Readonly<Record<MemberKind, readonly MemberKind[]>> = {
  validator: ['messagenode'],
  messagenode: ['validator', 'messagenode'],
  observer: ['messagenode'],
}

/** What the main feed of `self` follows: its own role feeds first, then members in the registry's order. */
export const followsOf = (registry: Registry, self: FeedId): readonly FeedId[] => {
  const own = registry.memberOf(self)
  if (!own) return []
  const roles = feedsOf(own).map(([, feed]) => feed)
  const isFollowed = ({ id, kind }: Member) => id !== self && FOLLOWED[own.kind].includes(kind)
  return [
    ...roles.filter((feed) => feed !== self),
    ...registry.members.filter(isFollowed).map(({ id }) => id),
  ]
}
