import { isFeedId, type FeedId } from '../../feeds/index.js'
import { feedsOf, ROLE_MESSAGES, type FeedRole, type Member, type Network } from '../../roles/index.js'
import { CodedError } from '../../util/index.js'

/** The feeds of a network as people name them: `validator-1/sealer`, or by what stands in it, `validator-1/seal`. */
export interface NamedFeed {
  readonly name: string
  readonly feed: FeedId
  readonly member: Member
  readonly role: FeedRole
  /** What the feed is for: one of the nine types of feed, or `main`. */
  readonly type: string
}

export const namedFeeds = ({ members }: Pick<Network, 'members'>): readonly NamedFeed[] =>
  members.flatMap((member) =>
    feedsOf(member).map(([role, feed]) => ({
      name: `${member.name}/${role}`,
      feed,
      member,
      role,
      type: feedType(role),
    })),
  )

/** Every role feed opens with its identity; the rest is of one type. */
const feedType = (role: FeedRole): string =>
  role === 'main' ? 'main' : (ROLE_MESSAGES[role].find((type) => type !== 'identity') ?? role)

/** @throws CodedError `feed-unknown` */
export const findFeed = (feeds: readonly NamedFeed[], text: string): NamedFeed => {
  const found = feeds.find(
    ({ feed, name, member, type }) => feed === text || name === text || `${member.name}/${type}` === text,
  )
  if (found) return found
  const what = isFeedId(text)
    ? 'no feed of the network'
    : 'neither a feed id nor a name such as validator-1/seal'
  throw new CodedError('feed-unknown', `"${text}" is ${what}`, { feed: text })
}
