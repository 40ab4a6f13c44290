import type { MessageKey } from '../../feeds/index.js'
import { bookAt, type HeightBook } from '../book.js'
import { fillHere } from '../chain.js'
import { isProposable } from '../fair-fill.js'
import { isOpen } from '../run.js'
import { baseTimeout, roundTimeout } from '../timeout.js'
import type { Turn } from '../turn.js'
import { currentHeight, newRound, ownAt, type ValidatorState } from './state.js'

/** What could be decided at the current height. */
export type PendingWork =
  /** Some round of it has a precommitted certificate. */
  | 'certificate'
  /** The current round has a proposal. */
  | 'proposal'
  /** The lanes hold enough for a block. */
  | 'lanes'

/**
 * Rule 3: something could be decided at the current height. Only then does the timer run, so an idle chain
 * publishes nothing.
 */
export const pendingWork = <A>(state: ValidatorState<A>): PendingWork | null => {
  const height = currentHeight(state)
  if (!isOpen(state, height)) return null
  const book = bookAt(state.books, height)
  if (book.precommitted.size > 0) return 'certificate'
  if (book.proposals.has(state.round.round)) return 'proposal'
  const { cut } = state.chain.decided
  return cut !== undefined && isProposable(fillHere(state.chain, height, cut)) ? 'lanes' : null
}

const workPending = <A>(state: ValidatorState<A>): boolean => pendingWork(state) !== null

/** Starts the timer of the round once work is pending. */
export const armTimer = <A>(state: ValidatorState<A>, turn: Turn): void => {
  const { round } = state
  if (round.armedAt !== null || !workPending(state)) return
  round.armedAt = turn.at
  round.armedRounds.set(round.round, turn.at)
  const base = baseTimeout(state.durations, state.chain.context.network.parameters.roundTimeout)
  turn.effects.push({ kind: 'timer', timer: 'round', delayMs: roundTimeout(base, round.round) })
}

/** The timer ran out. Without work it is disarmed, and starts again when work comes. */
export const expireTimer = <A>(state: ValidatorState<A>): void => {
  const { round } = state
  if (round.armedAt === null) return
  if (workPending(state)) round.expired = true
  else round.armedAt = null
}

/** Rule 4: the round to be in now and the certificate that leads there; undefined to stay. */
const nextRound = <A>(state: ValidatorState<A>, book: HeightBook): [number, MessageKey] | undefined => {
  const { round, expired } = state.round
  const votes = ownAt(state.own, book.height)
  let next: [number, MessageKey] | undefined
  const consider = (to: number, entry: MessageKey) => {
    if (to > (next?.[0] ?? round)) next = [to, entry]
  }
  for (const [skipped, { key }] of book.skipped) if (skipped >= round) consider(skipped + 1, key)
  for (const [precommitted, { key }] of book.precommitted)
    if (precommitted > round) consider(precommitted, key)
  const here = book.precommitted.get(round)
  if (here && votes.skipped.has(round)) consider(round + 1, here.key)
  if (here && votes.committed.has(round) && (expired || isProposedAgain(book, round, here.body.block))) {
    consider(round + 1, here.key)
  }
  return next
}

/** A justified proposal for the next round with this round as its base. */
const isProposedAgain = (book: HeightBook, round: number, block: string): boolean =>
  book.proposals.get(round + 1)?.some(({ body }) => body.base === round && body.block === block) ?? false

/** Moves on if a rule says so; returns whether it did. */
export const advanceRound = <A>(state: ValidatorState<A>, turn: Turn): boolean => {
  const height = currentHeight(state)
  const next = nextRound(state, bookAt(state.books, height))
  if (!next) return false
  enter(state, height, next[0], next[1], turn)
  return true
}

export const enter = <A>(
  state: ValidatorState<A>,
  height: number,
  round: number,
  entry: MessageKey | null,
  turn: Turn,
): void => {
  if (state.round.armedAt !== null) turn.effects.push({ kind: 'timer', timer: 'round', delayMs: null })
  const earlier = height === state.round.height ? state.round.armedRounds : undefined
  state.round = newRound(height, round, entry, earlier)
  turn.effects.push({ kind: 'entered', height, round })
}
