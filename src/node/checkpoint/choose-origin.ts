import { type Context, genesisOrigin, type Origin } from '../../protocol/index.js'
import { isCoded } from '../../util/index.js'
import { type Checkpoint, originOf } from './checkpoint.js'
import { checkpointHeights, readCheckpoint } from './checkpoint-store.js'

export interface ChosenOrigin {
  readonly origin: Origin<unknown>
  /** See `Checkpoint.moot`; empty for genesis. */
  readonly moot: Readonly<Record<string, number>>
}

/**
 * Where this node starts: the newest checkpoint that is whole, that a quorum signed, and that the block store has
 * reached, since what lies below is not executed again; else genesis.
 *
 * @param onRefused told of every checkpoint that was passed over.
 */
export const chooseOrigin = async (
  directory: string,
  context: Context<unknown>,
  storedHeight: number,
  onRefused: (height: number, code: string) => void,
): Promise<ChosenOrigin> => {
  for (const height of await checkpointHeights(directory)) {
    const checkpoint = await readCheckpoint(directory, height)
    if (height > storedHeight) onRefused(height, 'blocks-missing')
    else if (!checkpoint) onRefused(height, 'checkpoint-damaged')
    else {
      const origin = usable(context, checkpoint, onRefused)
      if (origin) return { origin, moot: checkpoint.moot }
    }
  }
  return { origin: genesisOrigin(context), moot: {} }
}

const usable = (
  context: Context<unknown>,
  checkpoint: Checkpoint,
  onRefused: (height: number, code: string) => void,
): Origin<unknown> | null => {
  try {
    return originOf(context, checkpoint)
  } catch (error) {
    onRefused(checkpoint.height, isCoded(error) ? error.code : 'snapshot-unreadable')
    return null
  }
}
