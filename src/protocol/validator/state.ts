import type { FeedId, Hash, MessageKey } from '../../feeds/index.js'
import { assert } from '../../util/index.js'
import { type Chain, chainFrom, type Origin } from '../chain.js'
import { emptyIntake } from '../intake.js'
import type { Context, Millis } from '../step.js'
import { floorAt, type View } from '../view.js'

/** All that a validator's decisions depend on. */
export interface ValidatorState<Application> extends View<Application> {
  /** What this validator has signed, by height, from emission on: no slot is ever used twice. */
  readonly own: Map<number, OwnVotes>
  round: Round
  /** Of recent heights: from the start of the successful round's timer to the commit certificate. */
  durations: readonly Millis[]
  /** Next height to seal. */
  nextSeal: number
  /** Executed blocks that this validator has not sealed, nor left out. */
  readonly unsealed: Map<number, Unsealed>
  started: boolean
}

export interface Unsealed {
  readonly stateRoot: Hash
  readonly assembled: MessageKey
  /** The lane messages it consists of: durable before the seal. */
  readonly content: readonly MessageKey[]
}

/** Rounds signed for, per stage, and whether the height is sealed. */
export interface OwnVotes {
  readonly precommitted: Set<number>
  readonly committed: Set<number>
  readonly skipped: Set<number>
  sealed: boolean
}

/** The round of `decided + 1` that this validator is in. */
export interface Round {
  readonly height: number
  readonly round: number
  /** The certificate by which it was entered; null in round 0. */
  readonly entry: MessageKey | null
  /** When its timer started: on entering, or when work became pending, whichever was later. */
  armedAt: Millis | null
  /**
   * The same of this and the earlier rounds of the height. A validator that left a round too early must still
   * learn how long it took to succeed, or its timer stays too short for ever.
   */
  readonly armedRounds: Map<number, Millis>
  expired: boolean
  /** Proposals of this round that the rules refused. */
  readonly refused: Set<MessageKey>
  /** What its proposals link and was asked for: a link that is here and does not help is not asked for again. */
  readonly asked: Set<MessageKey>
}

export const newRound = (
  height: number,
  round: number,
  entry: MessageKey | null,
  armedRounds = new Map<number, Millis>(),
): Round => ({
  height,
  round,
  entry,
  armedAt: null,
  armedRounds,
  expired: false,
  refused: new Set(),
  asked: new Set(),
})

export const validatorState = <A>(context: Context<A>, origin: Origin<A>): ValidatorState<A> => ({
  chain: chainFrom(context, origin),
  books: new Map(),
  intake: emptyIntake(),
  wanted: new Map(),
  floor: floorAt(origin.height),
  own: new Map(),
  round: newRound(origin.height + 1, 0, null),
  durations: [],
  nextSeal: origin.height + 1,
  unsealed: new Map(),
  started: false,
  halted: false,
})

export const ownAt = (own: Map<number, OwnVotes>, height: number): OwnVotes => {
  const known = own.get(height)
  if (known) return known
  const votes: OwnVotes = { precommitted: new Set(), committed: new Set(), skipped: new Set(), sealed: false }
  own.set(height, votes)
  return votes
}

/** Main ids of all Messagenodes: whom a validator asks for what it lacks. */
export const messagenodesOf = <A>({ registry }: Chain<A>): FeedId[] =>
  registry.epoch.messagenodes.map((member) => member.id)

export const maySign = <A>(state: ValidatorState<A>): boolean => state.started && !state.halted

/** The round's height is always the one after the decided one. */
export const currentHeight = <A>(state: ValidatorState<A>): number => {
  assert(state.round.height === state.chain.decided.height + 1, 'the round follows the decided height')
  return state.round.height
}
