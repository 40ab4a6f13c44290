import type { FeedMessage } from '../../../src/feeds/index.js'
import type { Millis, Publish } from '../../../src/protocol/index.js'
import type { FeedRole } from '../../../src/roles/index.js'
import type { SimulatedNode } from './node.js'
import type { Random } from './random.js'
import type { World } from './world.js'

/** Content as it goes into a feed, where no core would say it. */
export interface Say {
  readonly kind: 'say'
  readonly role: FeedRole
  readonly content: object
}

/** How a node treats the others. A correct node does what its core says; traitors have manners of their own. */
export interface Behaviour {
  readonly name: string
  /** Whether the checkers hold this node to the rules. */
  readonly correct: boolean
  /** Carries out what the core wants to publish: as it is, not at all, or as something else. */
  publishes(effect: Publish): readonly (Publish | Say)[]
  /** What stands as the time of a message: what a correct node would write, beside that of the message before. */
  stamps(proper: Millis, before: Millis): Millis
  /** Whether a message held is sent or served to this peer. */
  shows(message: FeedMessage, peer: SimulatedNode): boolean
  /** What this peer gets in the place of a message: itself, or what stands there on another branch of the feed. */
  branch(message: FeedMessage, peer: SimulatedNode): FeedMessage
}

export const CORRECT: Behaviour = {
  name: 'correct',
  correct: true,
  publishes: (effect) => [effect],
  stamps: (proper) => proper,
  shows: () => true,
  branch: (message) => message,
}

/** Who a traitor is, and where it stands. */
export interface Circumstances {
  readonly self: SimulatedNode
  /** The one peer that it treats differently from all others. */
  readonly favourite: SimulatedNode
  readonly world: World
  readonly random: Random
}

/** A way to be a traitor; `manners/` holds them all. */
export type Manner = (circumstances: Circumstances) => Behaviour

export const traitor = (name: string, manners: Partial<Behaviour>): Behaviour => ({
  ...CORRECT,
  ...manners,
  name,
  correct: false,
})
