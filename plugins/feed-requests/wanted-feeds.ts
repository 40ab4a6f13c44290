import type { Body, FeedId } from '../../src/feeds/index.js'
import type { FeedRole, MemberKind, Place, Registry } from '../../src/roles/index.js'
import { feedsOf, ROLE_MESSAGES } from '../../src/roles/index.js'

/** The nine feed types by the message that fills them (protocol section 4); every role feed has exactly one. */
export const FEED_TYPES = [
  'transaction',
  'precommit',
  'commit',
  'seal',
  'block',
  'assembled',
  'precommitted',
  'committed',
  'sealed',
] as const satisfies readonly Body['type'][]

export type FeedType = (typeof FEED_TYPES)[number]

/**
 * What each kind of member replicates of others; everybody replicates its own feeds too, to recover them from
 * peers (protocol section 5). A validator counts no votes, so it reads the votes of other validators only inside
 * certificates, but it serves every lane and Messagenode feed that it holds.
 */
const WANTED: Readonly<Record<MemberKind, (place: Place, chosen: ReadonlySet<FeedType>) => boolean>> = {
  validator: ({ member, role }) =>
    role === 'main' || role === 'transaction-validator' || member.kind === 'messagenode',
  messagenode: () => true,
  observer: ({ role }, chosen) =>
    role === 'main' || FEED_TYPES.some((type) => chosen.has(type) && carries(role, type)),
}

const carries = (role: FeedRole, type: FeedType): boolean => ROLE_MESSAGES[role].includes(type)

/**
 * Every feed that `self` requests, and no other; none if it is not a member.
 *
 * @param chosen feed types that an observer follows; the other kinds have no choice.
 */
export const wantedFeeds = (
  registry: Registry,
  self: FeedId,
  chosen: readonly FeedType[] = FEED_TYPES,
): ReadonlySet<FeedId> => {
  const own = registry.memberOf(self)
  if (!own) return new Set()
  const types = new Set(chosen)
  return new Set(
    registry.members.flatMap(feedsOf).flatMap(([, feed]) => {
      const place = registry.placeOf(feed)
      const wanted = place && (place.member.id === self || WANTED[own.kind](place, types))
      return wanted ? [feed] : []
    }),
  )
}
