import type { FeedMessage } from '../../../src/feeds/index.js'
import type { Player } from './player.js'
import { assembled, committed, sealed } from './says.js'
import { at, type Block, type Scene } from './scene.js'

export interface Grown {
  readonly block: Block
  /** The lane message, the proposal and the commit certificate. */
  readonly messages: readonly FeedMessage[]
}

/** One more block of one transaction, as everyone shows it who saw it decided in round 0. */
export const grow = (scene: Scene, parent: Block): Grown => {
  const content = scene.lane(parent.height % scene.lanes.length)
  const block = scene.block(parent, content)
  const proposal = assembled(scene, block)
  return { block, messages: [content, proposal, committed(scene, block, { links: proposal.key })] }
}

/** Hands a core this many blocks, one after the other, and their seals where wanted; gives them from genesis on. */
export const playBlocks = <State>(
  scene: Scene,
  player: Player<State>,
  count: number,
  { isSealed = true } = {},
): readonly Block[] => {
  const blocks = [scene.genesis]
  for (let height = 1; height <= count; height++) {
    const { block, messages } = grow(scene, at(blocks, height - 1))
    player.take(...messages)
    if (isSealed) player.take(sealed(scene, block))
    blocks.push(block)
  }
  return blocks
}
