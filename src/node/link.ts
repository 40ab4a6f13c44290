import { registryCircles } from '../../plugins/circle/index.js'
import type { FeedType } from '../../plugins/feed-requests/index.js'
import type { Membership } from '../../plugins/registry-admission/index.js'
import { type FeedId, type Hash, parseMessage } from '../feeds/index.js'
import { openPeering, type Peering, type PeeringOptions } from './peering.js'
import { type ConflictFacts, createSignGuard, type SignGuard } from './sign-guard.js'

export type { LinkEvent } from './peering.js'

export interface LinkOptions extends Omit<PeeringOptions, 'circles'> {
  readonly membership: Membership
  readonly chainId: Hash
  readonly epochAt: (height: number) => number
  readonly ownFeeds: readonly FeedId[]
  readonly faultyMessagenodes: number
  /** Messagenodes to dial, for validators and observers. */
  readonly follow: readonly FeedId[]
  /** Feed types of an observer; all of them if left out. */
  readonly feeds?: readonly FeedType[]
  /** Two different bytes were asked of one slot of an own feed; nothing is signed any more. */
  readonly onConflict: (facts: ConflictFacts) => void
}

/** A member's ties to its network: those of a peer, and the guard over what it says. */
export interface Link extends Omit<Peering, 'append'> {
  /** The only way to say anything. */
  readonly guard: SignGuard
}

/** Opens database and socket. @throws CodedError as `createSsb` */
export const openLink = async (options: LinkOptions): Promise<Link> => {
  const { membership, main, faultyMessagenodes, follow, feeds } = options
  const circles = registryCircles(membership, main.id, {
    faultyMessagenodes,
    follow,
    ...(feeds && { feeds }),
  })
  const { append, ...peering } = await openPeering({ ...options, circles })
  const guard = createSignGuard({
    chainId: options.chainId,
    epochAt: options.epochAt,
    ownFeeds: options.ownFeeds,
    append,
    messageByKey: async (key) => {
      const value = await peering.substrate.getByKey(key)
      return value && parseMessage(key, value)
    },
    onConflict: options.onConflict,
  })
  return { ...peering, guard }
}
