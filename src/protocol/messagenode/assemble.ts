import type { AssembledBody, LaneAdvance, Seen } from '../../feeds/index.js'
import { assert } from '../../util/index.js'
import { allSkipped, bookAt, type HeightBook, highestCertified } from '../book.js'
import {
  advancesOf,
  type BlockFacts,
  type Chain,
  type Cut,
  cutAfter,
  cutOfFill,
  fillHere,
  haveHere,
  idOfBlock,
  resolve,
  rootOfCut,
  rootOfTransactions,
  transactionsOf,
} from '../chain.js'
import { describing, type Parent } from '../describe.js'
import { isProposable } from '../fair-fill.js'
import { isOpen } from '../run.js'
import { baseTimeout } from '../timeout.js'
import type { Turn } from '../turn.js'
import { assemblerOf } from '../view.js'
import { mayPublish, type MessagenodeState, ownAt } from './state.js'

/**
 * Proposes for the height after the decided one, if this Messagenode is the assembler of the round that is due:
 * the one after the highest certificate. Never for a round below it.
 */
export const assemble = <A>(state: MessagenodeState<A>, turn: Turn): void => {
  const { chain } = state
  const height = chain.decided.height + 1
  const { cut } = chain.decided
  if (!mayPublish(state) || !cut || !isOpen(state, height)) return
  const book = bookAt(state.books, height)
  const highest = highestCertified(book)
  const round = highest + 1
  if (assemblerOf(chain, height, round) !== chain.context.self) return
  const own = ownAt(state.own, height)
  const { slot } = own
  if (own.proposed.has(round) || slot === null) return
  if (round > 0 && !book.skipped.has(highest) && !isReproposalDue(state, highest, turn)) return
  const base = baseOf(book, round)
  // A gap in the skips, which `certify` has asked for already.
  if (base === undefined) return
  const parent = {
    block: chain.decided.value.block,
    certificate: chain.decided.certificate?.key ?? null,
    cut,
  }
  const block =
    base === -1 ? freeChoice(state, height, round, parent.cut, turn) : again(chain, parent, book, base)
  if (!block) return
  own.proposed.add(round)
  noteProposal(state, height, round, turn)
  const justify = {
    skipped: round - 1 > base ? (book.skipped.get(round - 1)?.key ?? null) : null,
    precommitted: base === -1 ? null : (book.precommitted.get(base)?.key ?? null),
  }
  const have = haveHere(chain, parent.cut)
  const draft: AssembledBody = {
    type: 'assembled',
    height,
    round,
    slot,
    block: idOfBlock(chain, height, parent.block, block.facts),
    parent: parent.block,
    parentCertificate: parent.certificate,
    cut: block.advances,
    ...block.facts,
    have,
    seen: seenBy(state, have),
    base,
    justify,
  }
  const durable = [parent.certificate, justify.skipped, justify.precommitted].filter((key) => key !== null)
  turn.effects.push({ kind: 'publish', role: 'block-assembler', draft, voteBytes: null, durable })
}

/**
 * The newest proposal of each other assembler, but only where this one says to hold all that its author did: then a `have`
 * below one that the same message quotes is no accident of delivery, but censorship that proves itself (section 8).
 */
const seenBy = <A>({ newest }: MessagenodeState<A>, have: readonly number[]): readonly Seen[] =>
  [...newest]
    .sort(([a], [b]) => a - b)
    .filter(([, { body }]) => have.every((held, lane) => (body.have[lane] ?? 0) <= held))
    .map(([messagenode, { sequence, key }]) => ({ messagenode, sequence, key }))

/** The highest round whose precommitted block must come again, with an unbroken chain of skips above it. */
const baseOf = (book: HeightBook, round: number): number | undefined => {
  const bases = [...book.precommitted.keys()].filter((base) => base < round).sort((a, b) => b - a)
  return [...bases, -1].find((base) => allSkipped(book, base, round))
}

interface ChosenBlock {
  readonly advances: readonly LaneAdvance[]
  readonly facts: BlockFacts
}

/** The same block as in the base round, from a proposal that describes it: that of the base round itself may be lost. */
const again = <A>(
  chain: Chain<A>,
  parent: Parent,
  book: HeightBook,
  base: number,
): ChosenBlock | undefined => {
  const precommitted = book.precommitted.get(base)
  assert(precommitted, 'a base round has its certificate')
  const proposal = describing(chain, parent, book, precommitted.body.block)
  if (!proposal) return undefined
  const { cut, cutRoot, txRoot, txCount } = proposal.body
  return { advances: cut, facts: { cutRoot, txRoot, txCount } }
}

/**
 * What the lanes hold, once there is something to propose and, in round 0, the pace allows it. The parent must be
 * executed, since it may have closed lanes.
 */
const freeChoice = <A>(
  state: MessagenodeState<A>,
  height: number,
  round: number,
  parent: Cut,
  turn: Turn,
): ChosenBlock | undefined => {
  const { chain } = state
  if (chain.executed.height !== height - 1) return undefined
  const fill = fillHere(chain, height, parent)
  if (fill.kind !== 'filled' || !isProposable(fill)) return undefined
  if (round === 0 && !fill.full && !isPaceReached(state, turn)) return undefined
  const cut = cutOfFill(chain, parent, fill.cut)
  const advances = advancesOf(parent, cut)
  const resolved = resolve(chain, parent, advances, [])
  if (resolved.kind !== 'held') return undefined
  const transactions = transactionsOf(resolved.content)
  const facts = {
    cutRoot: rootOfCut(chain, cutAfter(parent, advances)),
    txRoot: rootOfTransactions(transactions),
    txCount: transactions.length,
  }
  return { advances, facts }
}

/** After idle at once, else `batchMs` after the last proposal; a timer comes back for the rest. */
const isPaceReached = <A>({ chain, pacing }: MessagenodeState<A>, turn: Turn): boolean => {
  const { batchMs } = chain.context.network.parameters.capacity
  const restMs = pacing.lastProposalAt === null ? 0 : pacing.lastProposalAt + batchMs - turn.at
  if (restMs <= 0) return true
  if (!pacing.batchArmed) {
    pacing.batchArmed = true
    turn.effects.push({ kind: 'timer', timer: 'batch', delayMs: restMs })
  }
  return false
}

/**
 * With only PC(h,r), the next round is proposed after `T`, from the first sight of that PC, whatever the round.
 * Validators that skipped r have entered r+1 by then, and their timer of `T (1 + (r+1)/2)` runs: if this wait grew
 * with the rounds as well, the time left for the round itself would not, and a network that became slower than half
 * of `T` at once would spin for ever.
 */
const isReproposalDue = <A>(
  { chain, pacing, durations }: MessagenodeState<A>,
  round: number,
  turn: Turn,
): boolean => {
  const seenAt = pacing.precommittedSeenAt.get(round)
  if (seenAt === undefined) return false
  const waitMs = baseTimeout(durations, chain.context.network.parameters.roundTimeout)
  const restMs = seenAt + waitMs - turn.at
  if (restMs <= 0) return true
  if (!pacing.reproposalArmed.has(round)) {
    pacing.reproposalArmed.add(round)
    turn.effects.push({ kind: 'timer', timer: 'reproposal', delayMs: restMs })
  }
  return false
}

/** Notes when a height and round were first proposed. */
export const noteProposal = <A>(
  { chain, pacing }: MessagenodeState<A>,
  height: number,
  round: number,
  turn: Turn,
): void => {
  if (height > pacing.lastProposalHeight) {
    pacing.lastProposalHeight = height
    pacing.lastProposalAt = turn.at
  }
  if (height === chain.decided.height + 1 && !pacing.proposalSeenAt.has(round)) {
    pacing.proposalSeenAt.set(round, turn.at)
  }
}
