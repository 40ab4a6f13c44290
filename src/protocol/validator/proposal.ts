import type { AssembledBody, MessageKey, MessageOf } from '../../feeds/index.js'
import { ignore, reject, type Refusal } from '../../util/index.js'
import { allSkipped, bookAt, type HeightBook } from '../book.js'
import {
  capsOf,
  type Chain,
  type Cut,
  cutAfter,
  fillAlong,
  keysOf,
  resolve,
  rootOfCut,
  rootOfTransactions,
  type Trial,
  transactionsOf,
  tryBlock,
} from '../chain.js'
import { describes, type Parent } from '../describe.js'
import { isProposable } from '../fair-fill.js'
import type { Want } from '../step.js'
import type { View } from '../view.js'
import { messagenodesOf } from './state.js'

export type Judgement<A> =
  /** `content`: keys of the lane messages that it consists of. */
  | { readonly kind: 'accept'; readonly trial: Trial<A>; readonly content: readonly MessageKey[] }
  /** Something it stands on is not here yet. */
  | { readonly kind: 'wait'; readonly wants: readonly Want[] }
  | { readonly kind: 'refuse'; readonly refusal: Refusal }
  /** This validator computes other results than a quorum precommitted: it reports and stops. */
  | { readonly kind: 'diverged'; readonly facts: Readonly<Record<string, unknown>> }

type Proposal = MessageOf<AssembledBody>

/** What a judgement stands on: the chain, and the certificates of the height. */
export type Grounds<A> = Pick<View<A>, 'chain' | 'books'>

/**
 * Rule 1 of protocol section 5: whether a proposal for the height after the decided one may be precommitted.
 * Each stage refuses, waits for something, or lets the next one look.
 */
export const judge = <A>(state: Grounds<A>, proposal: Proposal): Judgement<A> => {
  const { chain, books } = state
  const { body } = proposal
  if (chain.executed.height !== body.height - 1) return wait([])
  const parent = chain.executed
  if (body.parent !== parent.block) return refuse('wrong-parent')
  const unlinked = judgeLinks(state, body)
  if (unlinked) return unlinked
  const structural = judgeCut(state, body, parent)
  if (structural) return structural
  const book = bookAt(books, body.height)
  const unjustified = judgeBase(state, body, book)
  if (unjustified) return unjustified
  const unfair = body.base === -1 ? judgeFairness(state, proposal, parent.cut) : undefined
  if (unfair) return unfair
  return judgeContent(state, proposal, parent, book)
}

/** What it links must be of the right kind where it is known here; nothing is fetched for it. */
const judgeLinks = <A>({ chain }: Grounds<A>, body: AssembledBody): Judgement<A> | undefined => {
  if ((body.parentCertificate === null) !== (body.height === 1)) return refuse('wrong-parent-certificate')
  const unknown = body.seen.find(({ messagenode }) => messagenode >= chain.registry.epoch.messagenodes.length)
  return unknown ? refuse('unknown-messagenode', { messagenode: unknown.messagenode }) : undefined
}

/** Only named lanes advance, ever forwards, and the root commits to all of them. */
const judgeCut = <A>(
  { chain }: Grounds<A>,
  body: AssembledBody,
  parent: Parent,
): Judgement<A> | undefined => {
  for (const { lane, sequence } of body.cut) {
    const from = parent.cut[lane]
    if (!from) return refuse('unknown-lane', { lane })
    if (sequence <= from.sequence) return refuse('cut-backwards', { lane, sequence, parent: from.sequence })
    // The parent is executed, so every node knows which lanes are closed: no base excuses it.
    if (chain.lanes[lane]?.closed) return refuse('closed-lane', { lane })
    if (body.base === -1 && chain.lanes[lane]?.forked) return passOverFork(lane)
  }
  if (body.have.length !== chain.lanes.length) return refuse('wrong-have', { lanes: body.have.length })
  if (describes(chain, parent, body)) return undefined
  // What else is wrong with it shows later, so that every fault has its own code.
  const root = rootOfCut(chain, cutAfter(parent.cut, body.cut))
  return root === body.cutRoot ? undefined : refuse('wrong-cut-root')
}

/** The base is the round whose precommitted block comes again; every round after it must have been skipped. */
const judgeBase = <A>(state: Grounds<A>, body: AssembledBody, book: HeightBook): Judgement<A> | undefined => {
  const { round, base, justify } = body
  if (base >= round) return refuse('base-not-below-round', { base, round })
  const from = messagenodesOf(state.chain)
  const linked = (key: MessageKey | null): Judgement<A> =>
    key ? wait([{ kind: 'message', key, from }]) : refuse('unjustified-base', { base, round })
  if (!allSkipped(book, base, round)) return linked(missingSkip(book, base, round) ?? justify.skipped)
  if (base === -1) return undefined
  const precommitted = book.precommitted.get(base)
  if (!precommitted) return linked(justify.precommitted)
  if (precommitted.body.block !== body.block) return refuse('other-block-than-base', { base, round })
  return undefined
}

/** Skip certificates link downwards: the link of the lowest one held above the gap is what is missing. */
const missingSkip = (book: HeightBook, base: number, round: number): MessageKey | undefined => {
  for (let above = base + 2; above < round; above++) {
    const certificate = book.skipped.get(above)
    if (certificate && !book.skipped.has(above - 1)) return certificate.body.previous ?? undefined
  }
  return undefined
}

/** A free choice is exactly what `fairFill` takes from what the assembler says it held. */
const judgeFairness = <A>(
  { chain }: Grounds<A>,
  { body, author }: Proposal,
  parent: Cut,
): Judgement<A> | undefined => {
  const short = body.cut.find(({ lane, sequence }) => sequence > (body.have[lane] ?? 0))
  if (short) return refuse('cut-beyond-have', { lane: short.lane })
  const resolved = resolve(chain, parent, body.cut, holdersOf(chain, author))
  if (resolved.kind === 'detached') return refuse('detached-cut', { lane: resolved.lane })
  if (resolved.kind === 'missing') return wait(resolved.wants)
  const fill = fillAlong(chain, body.height, parent, body.have, resolved.content)
  // Replication brings the message behind the cut; it has no key to ask by.
  if (fill.kind === 'missing') return wait([])
  if (!isProposable(fill)) {
    const lane = forkedBeyond(chain, parent, body.have)
    return lane < 0 ? refuse('nothing-to-propose') : passOverFork(lane)
  }
  const taken = cutAfter(parent, body.cut)
  const unfair = fill.cut.findIndex((sequence, lane) => sequence !== taken[lane]?.sequence)
  return unfair >= 0 ? refuse('unfair-cut', { lane: unfair }) : undefined
}

/**
 * A forked lane of which the assembler held more than the parent took, -1 if there is none. It may not have known of the
 * fork: then that lane's next message, which did not fit, is what made the block worth proposing.
 */
const forkedBeyond = <A>({ lanes }: Chain<A>, parent: Cut, have: readonly number[]): number =>
  lanes.findIndex(({ forked, index }) => forked && (have[index] ?? 0) > (parent[index]?.sequence ?? 0))

/** The content is here in full and hashes to the block; then it runs. */
const judgeContent = <A>(
  { chain }: Grounds<A>,
  { body, author }: Proposal,
  parent: Parent,
  book: HeightBook,
): Judgement<A> => {
  const resolved = resolve(chain, parent.cut, body.cut, holdersOf(chain, author))
  if (resolved.kind === 'detached') return refuse('detached-cut', { lane: resolved.lane })
  if (resolved.kind === 'missing') return wait(resolved.wants)
  const transactions = transactionsOf(resolved.content)
  const size = resolved.content
    .flatMap(({ messages }) => messages)
    .reduce((sum, message) => sum + message.size, 0)
  const caps = capsOf(chain)
  if (transactions.length > caps.transactions || size > caps.bytes) return refuse('over-capacity', { size })
  const root = rootOfTransactions(transactions)
  if (root !== body.txRoot || transactions.length !== body.txCount) return refuse('wrong-tx-root')
  if (!describes(chain, parent, body)) return refuse('wrong-block-id')
  const trial = tryBlock(chain, body.height, body.block, {
    transactions,
    cut: cutAfter(parent.cut, body.cut),
  })
  const precommitted = book.precommitted.get(body.base)
  if (precommitted && precommitted.body.xRoot !== trial.xRoot) {
    const { height, round } = body
    return {
      kind: 'diverged',
      facts: { height, round, expected: precommitted.body.xRoot, computed: trial.xRoot },
    }
  }
  return { kind: 'accept', trial, content: keysOf(resolved.content) }
}

/** The assembler first: it proposed what it must be able to serve. */
const holdersOf = <A>(chain: Grounds<A>['chain'], author: Proposal['author']) => {
  const assembler = chain.registry.placeOf(author)?.member.id
  const others = messagenodesOf(chain).filter((id) => id !== assembler)
  return assembler ? [assembler, ...others] : others
}

const wait = (wants: readonly Want[]): { kind: 'wait'; wants: readonly Want[] } => ({ kind: 'wait', wants })

/** Who knows of a fork judges otherwise than who does not: nobody's fault. */
const passOverFork = (lane: number): { kind: 'refuse'; refusal: Refusal } => ({
  kind: 'refuse',
  refusal: ignore('forked-lane', { lane }),
})

const refuse = (code: string, facts: Refusal['facts'] = {}): { kind: 'refuse'; refusal: Refusal } => ({
  kind: 'refuse',
  refusal: reject(code, facts),
})
