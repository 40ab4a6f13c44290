import type { FeedId } from '../../src/feeds/index.js'
import { feedsOf, type MemberKind, type Registry } from '../../src/roles/index.js'
import { targetsOf } from '../dialler/targets.js'
import { type FeedType, wantedFeeds } from '../feed-requests/wanted-feeds.js'
import type { Membership } from '../registry-admission/membership.js'
import { allowedTo } from '../registry-admission/permissions.js'
import { linkRefusal } from '../registry-admission/topology.js'
import type { Circle, Circles } from './circle.js'

export interface RegistryCircleOptions {
  /** f_m of the chain parameters. */
  readonly faultyMessagenodes: number
  /** Main ids of the Messagenodes to dial, for validators and observers; all if left out. */
  readonly follow?: readonly FeedId[]
  /** Feed types that an observer chose; all nine if left out. Other kinds of member have no choice. */
  readonly feeds?: readonly FeedType[]
}

/** Observers dial observers and Messagenodes, neither of which offers anything to an observer. */
const DIALLED = {
  validator: 'messagenode',
  messagenode: 'messagenode',
  observer: 'observer',
} as const satisfies Readonly<Record<MemberKind, MemberKind>>

/** What a registry makes of a member: topology, permissions and feeds of the protocol. */
export const registryCircle = (registry: Registry, self: FeedId, options: RegistryCircleOptions): Circle => {
  const member = registry.memberOf(self)
  return {
    admits: (feed) => registry.placeOf(feed) !== undefined,
    refusalOf: (peer) => linkRefusal(registry, self, peer),
    rpcsOf(peer) {
      const caller = registry.memberOf(peer)
      return caller ? allowedTo(caller.kind) : []
    },
    rpcsOfDialled: member ? allowedTo(DIALLED[member.kind]) : [],
    wanted: wantedFeeds(registry, self, options.feeds),
    own: new Set(member && feedsOf(member).map(([, feed]) => feed)),
    dialled: targetsOf(registry, self, options.faultyMessagenodes, options.follow),
  }
}

/** The circle of a registry that changes; made anew for each one. */
export const registryCircles = (
  membership: Membership,
  self: FeedId,
  options: RegistryCircleOptions,
): Circles => {
  let registry = membership.current()
  let circle = registryCircle(registry, self, options)
  const current = (): Circle => {
    if (membership.current() !== registry) {
      registry = membership.current()
      circle = registryCircle(registry, self, options)
    }
    return circle
  }
  return { current, onChange: (listener) => membership.onChange(listener) }
}
