import { voteBytes } from '../../../src/feeds/index.js'
import type { FeedMessage } from '../../../src/feeds/index.js'
import type { Publish } from '../../../src/protocol/index.js'
import type { Network } from '../../../src/roles/index.js'
import type { SimulatedNode } from './node.js'
import type { Random } from './random.js'

/** How a node treats the others. A correct node does what its core says; traitors have manners of their own. */
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

/** A way to be a traitor. `favourite` is the one peer that it treats well. */
export type Manner = (
  self: SimulatedNode,
  favourite: SimulatedNode,
  network: Network,
  random: Random,
) => Behaviour

const traitor = (name: string, manners: Partial<Behaviour>): Behaviour => ({
  ...CORRECT,
  ...manners,
  name,
  correct: false,
})

/** Relays and answers like any other, but never says a word of its own. */
export const silent: Manner = () => traitor('silent', { publishes: () => [] })

/** Says some things and not others. */
export const forgetful: Manner = (_self, _favourite, _network, random) =>
  traitor('forgetful', { publishes: (effect) => (random.chance(0.5) ? [effect] : []) })

/** Votes but never seals, so that the window stands still as soon as one more seal is missing. */
export const unsealing: Manner = () =>
  traitor('unsealing', { publishes: (effect) => (effect.draft.type === 'seal' ? [] : [effect]) })

/** Shows what it says to one peer only. */
export const selective: Manner = (self, favourite) =>
  traitor('selective', {
    shows: ({ author }, peer) => !self.ownFeeds.has(author) || peer === favourite,
  })

/** Passes on what others say to one peer only. */
export const hoarding: Manner = (self, favourite) =>
  traitor('hoarding', { shows: ({ author }, peer) => self.ownFeeds.has(author) || peer === favourite })

/** Skips every round that it commits, which breaks the lock. */
export const doubleVoting: Manner = (_self, _favourite, network) =>
  traitor('double voting', {
    publishes: (effect) => {
      const { draft } = effect
      return draft.type === 'commit' ? [skipOf(network, draft.height, draft.round), effect] : [effect]
    },
  })

const skipOf = ({ chainId, genesis }: Network, height: number, round: number): Publish => ({
  kind: 'publish',
  role: 'precommitter',
  draft: { type: 'precommit', skip: true, height, round, entry: null },
  voteBytes: voteBytes({ chainId, epoch: genesis.number, stage: 'skip', height, round }),
  durable: [],
})

export const VALIDATOR_MANNERS: readonly Manner[] = [
  silent,
  forgetful,
  unsealing,
  selective,
  hoarding,
  doubleVoting,
]
export const MESSAGENODE_MANNERS: readonly Manner[] = [silent, forgetful, selective, hoarding]
