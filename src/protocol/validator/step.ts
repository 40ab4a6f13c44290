import type { FeedId, FeedMessage } from '../../feeds/index.js'
import { assert, unreachable } from '../../util/index.js'
import { type AnyCertificate, bookAt, certificateName, certificatesIn } from '../book.js'
import { genesisOrigin, type Origin } from '../chain.js'
import { release, takesIn } from '../intake.js'
import { coreOf, laneLimitOf, markForked, OPEN_HEIGHTS, withinHorizon } from '../run.js'
import { settle } from '../settle.js'
import type { Context, Core, Event, Want } from '../step.js'
import { withDuration } from '../timeout.js'
import { refuse, type Turn } from '../turn.js'
import { forgetHeights, observe } from '../view.js'
import { ask } from '../wanted.js'
import { judge } from './proposal.js'
import { advanceRound, armTimer, enter, expireTimer } from './round.js'
import {
  currentHeight,
  maySign,
  messagenodesOf,
  ownAt,
  type ValidatorState,
  validatorState,
} from './state.js'
import { commit, precommit, seal, skip } from './vote.js'

/** The validator of protocol section 5. */
export const validatorCore = <A>(
  context: Context<A>,
  origin: Origin<A> = genesisOrigin(context),
): Core<ValidatorState<A>> => coreOf(validatorState(context, origin), take<A>, progress<A>)

const take = <A>(state: ValidatorState<A>, event: Event, turn: Turn): void => {
  switch (event.kind) {
    case 'messages':
      for (const message of event.messages) {
        if (isDue(state, message, turn)) takeMessage(state, message, turn)
      }
      return
    case 'fetched':
      for (const message of withinHorizon(event.messages, horizonOf(state))) takeMessage(state, message, turn)
      return
    case 'timer':
      if (event.timer === 'round') expireTimer(state)
      return
    case 'start':
      state.started = true
      return
    case 'connected':
      offerAll(state, event.peer, turn)
      return
    case 'forked':
      markForked(state.chain, event.feed)
      return
    default:
      unreachable(event)
  }
}

/** Own votes are always taken: what was signed must be known before anything else is. */
const isDue = <A>(state: ValidatorState<A>, message: FeedMessage, turn: Turn): boolean => {
  const { chain, intake } = state
  const lane = chain.laneOf.get(message.author)
  const own = chain.registry.placeOf(message.author)?.member.id === chain.context.self
  return (own && !lane) || takesIn(intake, message, horizonOf(state), lane, laneLimitOf(state), turn)
}

/** One height more than may be open, so that a certificate just ahead of a late seal is not left unread. */
const horizonOf = <A>({ chain }: ValidatorState<A>): number => chain.executed.height + OPEN_HEIGHTS + 1

const takeMessage = <A>(state: ValidatorState<A>, message: FeedMessage, turn: Turn): void => {
  const observed = observe(state, message, turn)
  if (observed.kind === 'certificate') {
    offer(state, observed.message, messagenodesOf(state.chain), turn)
    const { type, height } = observed.message.body
    if (type === 'sealed') turn.effects.push({ kind: 'sealed', height, certificate: observed.message.key })
  }
  if (observed.kind === 'other' && observed.place.member.id === state.chain.context.self) {
    remember(state, message.body)
  }
}

/** Own votes: replayed, or just published. */
const remember = <A>({ own, chain, nextSeal }: ValidatorState<A>, body: FeedMessage['body']): void => {
  if (!('height' in body) || body.height < Math.min(nextSeal, chain.executed.height)) return
  const votes = ownAt(own, body.height)
  if (body.type === 'precommit') (body.skip ? votes.skipped : votes.precommitted).add(body.round)
  if (body.type === 'commit') votes.committed.add(body.round)
  if (body.type === 'seal') votes.sealed = true
}

/** A validator shows every certificate it accepts to each Messagenode that has not shown it (section 4). */
const offer = <A>(
  { books, started }: ValidatorState<A>,
  certificate: AnyCertificate,
  to: readonly FeedId[],
  turn: Turn,
): void => {
  const shown = books.get(certificate.body.height)?.shownBy.get(certificateName(certificate.body))
  const missing = to.filter((id) => !shown?.has(id))
  if (started && missing.length > 0)
    turn.effects.push({ kind: 'offer', keys: [certificate.key], to: missing })
}

const offerAll = <A>(state: ValidatorState<A>, peer: FeedId, turn: Turn): void => {
  if (!messagenodesOf(state.chain).includes(peer)) return
  for (const book of state.books.values()) {
    for (const certificate of certificatesIn(book)) offer(state, certificate, [peer], turn)
  }
}

/** Runs the rules until none applies. Certificates come before proposals, so a backlog is not voted on. */
const progress = <A>(state: ValidatorState<A>, turn: Turn): void => {
  decideAndExecute(state, turn)
  sealExecuted(state, turn)
  // Each pass enters a later round, and rounds are bounded by the certificates held and one timer.
  do {
    commitPrecommitted(state, turn)
    if (state.round.expired) skip(state, turn)
  } while (advanceRound(state, turn))
  precommitProposal(state, turn)
  armTimer(state, turn)
  release(state.intake, horizonOf(state), state.chain.laneOf, laneLimitOf(state), turn)
}

const decideAndExecute = <A>(state: ValidatorState<A>, turn: Turn): void => {
  const { chain, round } = state
  const { executed, decided, diverged } = settle(state, messagenodesOf(chain), turn)
  if (diverged) state.halted = true
  for (const { block, content } of executed) {
    const { height, stateRoot, assembled } = block
    state.unsealed.set(height, { stateRoot, assembled: assembled.key, content })
  }
  if (decided === 0) return
  const successful = state.books.get(round.height)?.committed?.body.round
  const since = successful === undefined ? undefined : round.armedRounds.get(successful)
  if (state.started && decided === 1 && since !== undefined) {
    state.durations = withDuration(state.durations, turn.at - since)
  }
  enter(state, chain.decided.height + 1, 0, null, turn)
}

/**
 * Rule 6: every height decided is sealed, in order. A height may be left out only with SC(h) held and h+9
 * executed, so a validator that is catching up waits to see which it is.
 */
const sealExecuted = <A>(state: ValidatorState<A>, turn: Turn): void => {
  const { chain, books, unsealed } = state
  for (; state.nextSeal <= chain.executed.height; state.nextSeal++) {
    const height = state.nextSeal
    const far = height + OPEN_HEIGHTS
    const book = bookAt(books, height)
    const block = unsealed.get(height)
    assert(block && book.committed, 'an executed height is known until it is sealed')
    const isSealed = ownAt(state.own, height).sealed
    const mayLeaveOut = book.sealed !== undefined && chain.executed.height >= far
    if (!isSealed && !mayLeaveOut) {
      const willLeaveOut = book.sealed !== undefined && chain.decided.height >= far
      if (willLeaveOut || !maySign(state)) break
      seal(state, book.committed, block, turn)
    }
    unsealed.delete(height)
  }
  forgetHeights(state, state.nextSeal)
  for (const height of state.own.keys()) if (height < state.floor) state.own.delete(height)
}

const commitPrecommitted = <A>(state: ValidatorState<A>, turn: Turn): void => {
  for (const certificate of bookAt(state.books, currentHeight(state)).precommitted.values()) {
    commit(state, certificate, turn)
  }
}

/** Content is asked for until it is here; a link once a round, or a base that no link justifies would keep us asking. */
const askFor = <A>(state: ValidatorState<A>, wants: readonly Want[], turn: Turn): void => {
  const { asked } = state.round
  for (const want of wants) {
    if (want.kind === 'message' && asked.has(want.key)) continue
    if (want.kind === 'message') asked.add(want.key)
    ask(state.wanted, want, currentHeight(state), turn)
  }
}

/** Rule 1: the first proposal of the round that verifies. */
const precommitProposal = <A>(state: ValidatorState<A>, turn: Turn): void => {
  const height = currentHeight(state)
  const { round, refused } = state.round
  const votes = ownAt(state.own, height)
  if (!maySign(state) || votes.precommitted.has(round) || votes.skipped.has(round)) return
  for (const proposal of bookAt(state.books, height).proposals.get(round) ?? []) {
    if (refused.has(proposal.key)) continue
    const judgement = judge(state, proposal)
    switch (judgement.kind) {
      case 'accept':
        precommit(state, proposal, judgement, turn)
        return
      case 'wait':
        askFor(state, judgement.wants, turn)
        break
      case 'refuse':
        refused.add(proposal.key)
        refuse(turn, proposal, judgement.refusal)
        break
      case 'diverged':
        state.halted = true
        turn.effects.push({ kind: 'halt', code: 'diverged-execution', facts: judgement.facts })
        return
      default:
        unreachable(judgement)
    }
  }
}
