import type { FeedId } from '../../../src/feeds/index.js'
import type { Cast } from './members.js'
import type { SimulatedNode } from './node.js'
import type { Observer } from './observer.js'
import type { Delay } from './random-delay.js'
import type { Random } from './random.js'
import type { Schedule } from './schedule.js'
import type { ForkProof } from './substrate/closing.js'
import type { Fabric } from './substrate/fabric.js'

/** What the nodes of one simulation share. */
export interface World {
  readonly cast: Cast
  readonly schedule: Schedule
  readonly random: Random
  readonly profile: Profile
  readonly fabric: Fabric
  readonly nodes: readonly SimulatedNode[]
  /** Lanes and Messagenode feeds: what everyone replicates. */
  readonly publicFeeds: ReadonlySet<FeedId>
  /** Lanes with two branches, and what proves it: what stands behind the fork need never be sealed. */
  readonly forkedLanes: Map<FeedId, ForkProof>
  /** Whose feed this is. */
  nodeOf(feed: FeedId): SimulatedNode | undefined
  observe(observer: Observer): void
  notify(tell: (observer: Observer) => void): void
}

/** How fast this world is. */
export interface Profile {
  /** One hop, one way. */
  readonly link: Delay
  /** From signing a message of one's own until it is durable. */
  readonly disk: Delay
  /** From receiving a message until it is durable, unless something needs it earlier. */
  readonly flush: Delay
}
