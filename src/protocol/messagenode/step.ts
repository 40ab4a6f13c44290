import type { FeedMessage } from '../../feeds/index.js'
import { unreachable } from '../../util/index.js'
import { type AnyCertificate, bookAt, certificateName, isAssembled, isCertificate } from '../book.js'
import { genesisOrigin, type Origin } from '../chain.js'
import { release, takesIn } from '../intake.js'
import { coreOf, laneLimitOf, markForked, OPEN_HEIGHTS, withinHorizon } from '../run.js'
import { settle } from '../settle.js'
import type { Context, Core, Event } from '../step.js'
import { withDuration } from '../timeout.js'
import type { Turn } from '../turn.js'
import { forgetHeights, observe } from '../view.js'
import { assemble, noteProposal } from './assemble.js'
import { certify } from './certify.js'
import { countVote } from './count.js'
import { holdersOf, type MessagenodeState, messagenodeState, ownAt } from './state.js'
import { moveWindow, openSlots } from './window.js'

/** The Messagenode of protocol section 5. */
export const messagenodeCore = <A>(
  context: Context<A>,
  origin: Origin<A> = genesisOrigin(context),
): Core<MessagenodeState<A>> => coreOf(messagenodeState(context, origin), take<A>, progress<A>)

const take = <A>(state: MessagenodeState<A>, event: Event, turn: Turn): void => {
  switch (event.kind) {
    case 'messages':
      for (const message of event.messages) {
        if (!isDue(state, message, turn)) continue
        noteNewest(state, message)
        takeMessage(state, message, turn)
      }
      return
    case 'fetched':
      for (const message of withinHorizon(event.messages, horizonOf(state))) takeMessage(state, message, turn)
      return
    case 'timer':
      if (event.timer === 'batch') state.pacing.batchArmed = false
      if (event.timer === 'reproposal') state.pacing.reproposalArmed.clear()
      return
    case 'start':
      state.started = true
      return
    case 'connected':
      return
    case 'forked':
      markForked(state.chain, event.feed)
      return
    default:
      unreachable(event)
  }
}

/** Own messages are always taken: what was published must be known before anything else is. */
const isDue = <A>(state: MessagenodeState<A>, message: FeedMessage, turn: Turn): boolean => {
  const { chain, intake } = state
  const own = chain.registry.placeOf(message.author)?.member.id === chain.context.self
  return (
    own ||
    takesIn(intake, message, horizonOf(state), chain.laneOf.get(message.author), laneLimitOf(state), turn)
  )
}

/** From the lowest height without SC, and never beyond what execution can follow. */
const horizonOf = <A>({ chain, lowestUnsealed }: MessagenodeState<A>): number =>
  Math.min(lowestUnsealed, chain.executed.height + 1) + OPEN_HEIGHTS

/** What `seen` of the next proposal says of the other assemblers. */
const noteNewest = <A>({ chain, newest }: MessagenodeState<A>, message: FeedMessage): void => {
  const place = chain.registry.placeOf(message.author)
  if (!isAssembled(message) || !place || place.member.id === chain.context.self) return
  newest.set(place.index, message)
}

const takeMessage = <A>(state: MessagenodeState<A>, message: FeedMessage, turn: Turn): void => {
  const { chain } = state
  const observed = observe(state, message, turn)
  const place = chain.registry.placeOf(message.author)
  if (observed.kind === 'refused' || !place) return
  if (place.member.id === chain.context.self) remember(state, message)
  if (isAssembled(message)) noteProposal(state, message.body.height, message.body.round, turn)
  if (observed.kind === 'certificate') noteCertificate(state, observed.message, turn)
  if (observed.kind === 'other') countVote(state, message, place, turn)
}

/** Own messages: replayed, or just published and now durable. */
const remember = <A>(state: MessagenodeState<A>, message: FeedMessage): void => {
  const { body } = message
  if (body.type === 'block' && body.height >= state.lastSlot.height) {
    state.lastSlot = { height: body.height, hash: body.hash }
  }
  if (!('height' in body) || body.height < state.floor) return
  const own = ownAt(state.own, body.height)
  if (body.type === 'block') own.slot = message.key
  if (body.type === 'assembled') own.proposed.add(body.round)
  if (isCertificate(message)) own.certified.set(certificateName(message.body), message.key)
}

const noteCertificate = <A>(state: MessagenodeState<A>, { key, body }: AnyCertificate, turn: Turn): void => {
  const { pacing, chain } = state
  if (body.type === 'sealed') turn.effects.push({ kind: 'sealed', height: body.height, certificate: key })
  if (body.skip || body.type !== 'precommitted' || body.height !== chain.decided.height + 1) return
  if (!pacing.precommittedSeenAt.has(body.round)) pacing.precommittedSeenAt.set(body.round, turn.at)
}

/** Runs the rules until none applies. */
const progress = <A>(state: MessagenodeState<A>, turn: Turn): void => {
  decideAndExecute(state, turn)
  moveWindow(state)
  compareSeals(state, turn)
  certify(state, turn)
  openSlots(state, turn)
  assemble(state, turn)
  forgetHeights(state, state.lowestUnsealed)
  for (const byHeight of [state.own, state.tallies]) {
    for (const height of byHeight.keys()) if (height < state.floor) byHeight.delete(height)
  }
  release(state.intake, horizonOf(state), state.chain.laneOf, laneLimitOf(state), turn)
}

const decideAndExecute = <A>(state: MessagenodeState<A>, turn: Turn): void => {
  const { chain, books, pacing } = state
  const height = chain.decided.height + 1
  const { executed, decided, diverged } = settle(state, holdersOf(chain), turn)
  if (diverged) state.halted = true
  for (const { block } of executed) {
    state.unsealed.set(block.height, { stateRoot: block.stateRoot, assembled: block.assembled.key })
  }
  if (decided === 0) return
  const round = books.get(height)?.committed?.body.round
  const since = round === undefined ? undefined : pacing.proposalSeenAt.get(round)
  if (state.started && decided === 1 && since !== undefined) {
    state.durations = withDuration(state.durations, turn.at - since)
  }
  pacing.proposalSeenAt.clear()
  pacing.precommittedSeenAt.clear()
  pacing.reproposalArmed.clear()
  // What came early for the height that is current only now.
  for (const next of bookAt(books, chain.decided.height + 1).precommitted.keys()) {
    pacing.precommittedSeenAt.set(next, turn.at)
  }
  for (const next of bookAt(books, chain.decided.height + 1).proposals.keys()) {
    pacing.proposalSeenAt.set(next, turn.at)
  }
}

/** A quorum sealed another state than was computed here: this node must not go on. */
const compareSeals = <A>(state: MessagenodeState<A>, turn: Turn): void => {
  const { books, unsealed } = state
  for (const [height, { stateRoot }] of unsealed) {
    const sealed = books.get(height)?.sealed?.body.stateRoot
    if (sealed === undefined) continue
    unsealed.delete(height)
    if (sealed === stateRoot) continue
    state.halted = true
    turn.effects.push({
      kind: 'halt',
      code: 'diverged-state',
      facts: { height, expected: sealed, computed: stateRoot },
    })
  }
}
