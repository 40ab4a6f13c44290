import type { FeedMessage } from '../../../src/feeds/index.js'
import type { Publish } from '../../../src/protocol/index.js'
import type { SimulatedNode } from './node.js'

/** How a node treats the others. A correct node does what its core says; fault modules put others in its place. */
export interface Behaviour {
  readonly name: string
  /** Whether the checkers hold this node to the rules. */
  readonly correct: boolean
  /** Carries out what the core wants to publish: as it is, not at all, or as something else. */
  publishes(effect: Publish): readonly Publish[]
  /** Whether a message held is sent or served to this peer. */
  shows(message: FeedMessage, peer: SimulatedNode): boolean
}

export const CORRECT: Behaviour = {
  name: 'correct',
  correct: true,
  publishes: (effect) => [effect],
  shows: () => true,
}

/** Relays and answers like any other, but never says a word of its own. */
export const SILENT: Behaviour = { ...CORRECT, name: 'silent', correct: false, publishes: () => [] }
