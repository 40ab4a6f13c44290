import { setImmediate } from 'node:timers/promises'
import type { Block } from '../codec/index.js'
import type { ChainState } from './chain-state.js'
import { corrupted } from './storage/store.js'

/** How many blocks are read before others get a turn. */
const BLOCKS_AT_ONCE = 32

/** Goes through blocks of the chain, and through those that come meanwhile. @throws CodedError `ocean-store-corrupted` */
export const scanBlocks = async (
  chain: ChainState,
  from: number,
  visit: (block: Block) => void,
): Promise<void> => {
  for (let height = from; height <= chain.height; height++) {
    const block = chain.blockAt(height)
    if (!block) throw corrupted(`block ${height} is missing`)
    visit(block)
    if (height % BLOCKS_AT_ONCE === 0) await setImmediate()
  }
}
