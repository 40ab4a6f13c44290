import type { FeedSource } from '../audit/index.js'
import type { Member, Network } from '../roles/index.js'
import { CodedError } from '../util/index.js'

/** A source as the node saw it that received the messages. */
export interface Viewpoint {
  readonly source: FeedSource
  /** Whose node it was; null where the source does not say. */
  readonly member: Member | null
  /** The member's name, else the source's. */
  readonly name: string
}

/** What stands of a viewpoint in answers. */
export interface ViewpointName {
  readonly name: string
  readonly source: string
  readonly kind: Member['kind'] | null
}

/**
 * One for each source; only that of the member of this name, if one is given.
 * @throws CodedError `member-unknown`, `viewpoint-missing`; `source-pruned`, since a node's core is told its log from the
 * first message on
 */
export const viewpointsOf = (
  { members }: Pick<Network, 'members'>,
  sources: readonly FeedSource[],
  as: string | undefined,
): readonly Viewpoint[] => {
  const pruned = sources.find(({ beginnings = [] }) => beginnings.length > 0)
  if (pruned) throw new CodedError('source-pruned', `${pruned.name} has pruned its lanes`, {})
  const all = sources.map((source): Viewpoint => {
    const member = members.find(({ id }) => id === source.member) ?? null
    return { source, member, name: member?.name ?? source.name }
  })
  if (as === undefined) return all
  const member = members.find(({ id, name }) => id === as || name === as)
  if (!member) {
    const names = members.map(({ name }) => name).join(', ')
    throw new CodedError('member-unknown', `the network has no member "${as}": it has ${names}`, { as })
  }
  const own = all.filter((viewpoint) => viewpoint.member === member)
  if (own.length > 0) return own
  const there = all.map(({ name }) => name).join(', ')
  const sentence = `no source is what ${member.name} received: there is ${there}`
  throw new CodedError('viewpoint-missing', sentence, { as })
}

export const nameOfViewpoint = ({ name, source, member }: Viewpoint): ViewpointName => ({
  name,
  source: source.name,
  kind: member?.kind ?? null,
})
