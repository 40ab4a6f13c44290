import { emptyBlock } from '../../feeds/index.js'
import type { Turn } from '../turn.js'
import { mayPublish, type MessagenodeState } from './state.js'

/** Slots opened in one step at most; a late joiner's backlog of them goes on with its own messages. */
const SLOTS_PER_STEP = 64

/** Moves the window past every height whose seal certificate is known. */
export const moveWindow = <A>(state: MessagenodeState<A>): void => {
  while (state.books.get(state.lowestUnsealed)?.sealed) state.lowestUnsealed++
}

/**
 * Keeps empty blocks open ahead of the lowest unsealed height, without a gap from height 1 on: "slot h is open"
 * (protocol section 4). Nothing is published while nothing is sealed.
 */
export const openSlots = <A>(state: MessagenodeState<A>, turn: Turn): void => {
  if (!mayPublish(state)) return
  const { network } = state.chain.context
  const { launch, ahead } = network.parameters.emptyBlocks
  const top = Math.max(launch, state.lowestUnsealed - 1 + ahead)
  const last = Math.min(top, state.lastSlot.height + SLOTS_PER_STEP)
  while (state.lastSlot.height < last) {
    const { height: below, hash: previous } = state.lastSlot
    const height = below + 1
    const hash = emptyBlock(network.chainId, height, previous)
    state.lastSlot = { height, hash }
    const draft = { type: 'block', height, previous, hash } as const
    turn.effects.push({ kind: 'publish', role: 'empty-block-producer', draft, voteBytes: null, durable: [] })
  }
}
