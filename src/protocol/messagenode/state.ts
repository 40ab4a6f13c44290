import {
  type AssembledBody,
  emptyBlock,
  type FeedId,
  type Hash,
  type MessageKey,
  type MessageOf,
} from '../../feeds/index.js'
import { type Chain, chainFrom, type Origin } from '../chain.js'
import { emptyIntake } from '../intake.js'
import type { Context, Millis } from '../step.js'
import { floorAt, type View } from '../view.js'
import type { Tally } from './tally.js'

/** All that a Messagenode's decisions depend on. */
export interface MessagenodeState<Application> extends View<Application> {
  /** Votes counted, by height. */
  readonly tallies: Map<number, Tally>
  /** What this Messagenode has published, by height, from emission on. */
  readonly own: Map<number, OwnMessages>
  /** The window runs from the lowest height without a seal certificate. */
  lowestUnsealed: number
  /** The last empty block published. */
  lastSlot: { readonly height: number; readonly hash: Hash }
  /** The newest assembled message of each other Messagenode, by its index. */
  readonly newest: Map<number, MessageOf<AssembledBody>>
  readonly pacing: Pacing
  /** Executed heights not sealed yet: the state root, and the assembled message executed. */
  readonly unsealed: Map<number, { readonly stateRoot: Hash; readonly assembled: MessageKey }>
  durations: readonly Millis[]
  started: boolean
}

export interface OwnMessages {
  /** Certificates by name; null until their feed message is durable and so has a key. */
  readonly certified: Map<string, MessageKey | null>
  readonly proposed: Set<number>
  /** The `block` message that opens the slot. */
  slot: MessageKey | null
}

/** When an assembler proposes (protocol section 5); it decides nothing but time. */
export interface Pacing {
  /** When the newest height's first proposal was seen or made. */
  lastProposalAt: Millis | null
  lastProposalHeight: number
  /** First sight of a proposal, by round, of the height after the decided one. */
  readonly proposalSeenAt: Map<number, Millis>
  /** First sight of PC(h,r), by round, of the height after the decided one. */
  readonly precommittedSeenAt: Map<number, Millis>
  batchArmed: boolean
  /** Rounds whose re-proposal a timer will bring. */
  readonly reproposalArmed: Set<number>
}

export const messagenodeState = <A>(context: Context<A>, origin: Origin<A>): MessagenodeState<A> => ({
  chain: chainFrom(context, origin),
  books: new Map(),
  intake: emptyIntake(),
  wanted: new Map(),
  floor: floorAt(origin.height),
  tallies: new Map(),
  own: new Map(),
  lowestUnsealed: origin.height + 1,
  lastSlot: { height: 0, hash: emptyBlock(context.network.chainId, 0, null) },
  newest: new Map(),
  pacing: {
    lastProposalAt: null,
    lastProposalHeight: 0,
    proposalSeenAt: new Map(),
    precommittedSeenAt: new Map(),
    batchArmed: false,
    reproposalArmed: new Set(),
  },
  unsealed: new Map(),
  durations: [],
  started: false,
  halted: false,
})

export const ownAt = (own: Map<number, OwnMessages>, height: number): OwnMessages => {
  const known = own.get(height)
  if (known) return known
  const messages: OwnMessages = { certified: new Map(), proposed: new Set(), slot: null }
  own.set(height, messages)
  return messages
}

export const mayPublish = <A>(state: MessagenodeState<A>): boolean => state.started && !state.halted

/** Main ids of whom to ask for what is missing: voters first, since they signed for what they hold. */
export const holdersOf = <A>({ registry, context }: Chain<A>): FeedId[] =>
  [...registry.epoch.validators, ...registry.epoch.messagenodes]
    .map((member) => member.id)
    .filter((id) => id !== context.self)
