import type { FeedId, MessageKey } from '../feeds/index.js'
import { reject } from '../util/index.js'
import { type DecidedBlock, decide, executeNext, placeCut } from './chain.js'
import { describes, type Parent } from './describe.js'
import type { ExecutedBlock } from './step.js'
import { refuse, type Turn } from './turn.js'
import type { View } from './view.js'
import { ask } from './wanted.js'

export interface Settled {
  readonly executed: readonly { readonly block: ExecutedBlock; readonly content: readonly MessageKey[] }[]
  readonly decided: number
  /** What this node computes differs from what a quorum signed: it must not go on. */
  readonly diverged: boolean
}

/**
 * Decides every next height whose commit certificate is known, and executes decided blocks as far as their
 * content is here; asks `from` for what is missing (rules 5 and 6 of protocol section 5).
 */
export const settle = <State>(view: View<State>, from: readonly FeedId[], turn: Turn): Settled => {
  const { chain, books } = view
  const before = chain.decided.height
  for (;;) {
    const certificate = books.get(chain.decided.height + 1)?.committed
    if (!certificate) break
    decide(chain, certificate)
    const { height, block, xRoot } = certificate.body
    turn.effects.push({ kind: 'decided', height, value: { block, xRoot }, certificate: certificate.key })
  }
  placeCuts(view, from, turn)
  const executed: { block: ExecutedBlock; content: readonly MessageKey[] }[] = []
  for (;;) {
    const execution = executeNext(chain, from)
    if (execution.kind === 'executed') {
      const { block, content } = execution
      executed.push({ block, content })
      turn.effects.push({ kind: 'executed', block })
      continue
    }
    if (execution.kind === 'waiting') {
      for (const want of execution.wants) ask(view.wanted, want, chain.executed.height + 1, turn)
    }
    // Each step tries again, but it is said once.
    if (execution.kind === 'diverged' && !view.halted) {
      const { expected, computed } = execution
      const facts = { height: chain.executed.height + 1, expected, computed }
      turn.effects.push({ kind: 'halt', code: 'diverged-execution', facts })
    }
    const diverged = execution.kind === 'diverged'
    return { executed, decided: chain.decided.height - before, diverged }
  }
}

/** Finds for each decided block an assembled message that names it, parents first. */
const placeCuts = <State>(view: View<State>, from: readonly FeedId[], turn: Turn): void => {
  const { chain } = view
  let parent = parentOfFirst(view)
  for (const decided of chain.unexecuted.values()) {
    if (!decided.cut && parent) findCut(view, decided, parent, from, turn)
    parent = decided.cut && { block: decided.value.block, cut: decided.cut }
    if (!parent) return
  }
}

const parentOfFirst = <State>({ chain }: View<State>): Parent | undefined => {
  const [first] = chain.unexecuted.values()
  return first && { block: chain.executed.block, cut: chain.executed.cut }
}

const findCut = <State>(
  view: View<State>,
  decided: DecidedBlock,
  parent: Parent,
  from: readonly FeedId[],
  turn: Turn,
): void => {
  const { chain, books } = view
  for (const proposals of books.get(decided.height)?.proposals.values() ?? []) {
    for (const proposal of proposals) {
      if (proposal.body.block !== decided.value.block) continue
      if (describes(chain, parent, proposal.body)) {
        placeCut(decided, parent.cut, proposal)
        return
      }
      // It names the decided block, but its own cut does not hash to it.
      refuse(turn, proposal, reject('wrong-cut', { height: decided.height }))
      proposals.splice(proposals.indexOf(proposal), 1)
      break
    }
  }
  const { certificate } = decided
  if (certificate) {
    ask(view.wanted, { kind: 'message', key: certificate.body.assembled, from }, decided.height, turn)
  }
}
