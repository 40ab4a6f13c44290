import { readFile, stat } from 'node:fs/promises'

import type { FeedBeginning } from '../../audit/index.js'
import { isMessageKey } from '../../feeds/index.js'
import type { Context, Origin } from '../../protocol/index.js'
import { lanesOf } from '../../roles/index.js'
import { CodedError, isCoded } from '../../util/index.js'
import { dataDirectory } from '../data-directory.js'
import { type Checkpoint, decodeCheckpoint, originOf } from './checkpoint.js'
import { checkpointHeights, readCheckpoint } from './checkpoint-store.js'

/** A state of more than this is no checkpoint that a node of ours writes. */
const SIZE_LIMIT = 1024 * 1024 * 1024

/**
 * Where an audit begins that was told so.
 *
 * @param path a checkpoint file, or a data directory, of which the newest whole one is taken.
 * @throws CodedError `checkpoint-missing`, `checkpoint-damaged`, `checkpoint-unusable`
 */
export const readOrigin = async (path: string, context: Context<unknown>): Promise<Origin<unknown>> => {
  const stats = await stat(path).catch(() => null)
  if (!stats) throw new CodedError('checkpoint-missing', `there is no checkpoint ${path}`, { path })
  if (!stats.isDirectory()) return checkedOrigin(context, await readFileAt(path, stats.size), path)
  const { checkpoints } = dataDirectory(path)
  for (const height of await checkpointHeights(checkpoints)) {
    const checkpoint = await readCheckpoint(checkpoints, height)
    if (checkpoint) return checkedOrigin(context, checkpoint, path)
  }
  throw new CodedError('checkpoint-missing', `${path} holds no whole checkpoint`, { path })
}

/**
 * Where the audit of a pruned data directory begins: at the oldest of its checkpoints that no lane was pruned beyond;
 * null if there is none.
 */
export const oldestOrigin = async (
  directory: string,
  beginnings: readonly FeedBeginning[],
  context: Context<unknown>,
): Promise<Origin<unknown> | null> => {
  const { checkpoints } = dataDirectory(directory)
  const lanes = lanesOf(context.network.genesis)
  for (const height of [...(await checkpointHeights(checkpoints))].reverse()) {
    const checkpoint = await readCheckpoint(checkpoints, height)
    const reaches = beginnings.every(
      ({ feed, sequence }) => (checkpoint?.cut[lanes.indexOf(feed)]?.sequence ?? 0) >= sequence,
    )
    if (checkpoint && reaches) return checkedOrigin(context, checkpoint, directory)
  }
  return null
}

const readFileAt = async (path: string, size: number): Promise<Checkpoint> => {
  const bytes = size > SIZE_LIMIT ? null : await readFile(path).catch(() => null)
  const checkpoint = bytes && decodedOrNull(bytes)
  if (checkpoint) return checkpoint
  throw new CodedError('checkpoint-damaged', `${path} is no whole checkpoint`, { path })
}

/** A stranger's file may have the right hash and hold nonsense. */
const decodedOrNull = (bytes: Uint8Array): Checkpoint | null => {
  try {
    return decodeCheckpoint(new Uint8Array(bytes))
  } catch {
    return null
  }
}

const checkedOrigin = (context: Context<unknown>, checkpoint: Checkpoint, path: string): Origin<unknown> => {
  const isCut = checkpoint.cut.every(({ sequence, tip }) => sequence < 2 ** 32 && isMessageKey(tip))
  if (!isCut) throw new CodedError('checkpoint-unusable', `${path} says nothing of lanes`, { path })
  try {
    return originOf(context, checkpoint)
  } catch (cause) {
    if (isCoded(cause, 'checkpoint-unusable')) throw cause
    throw new CodedError(
      'checkpoint-unusable',
      `the state in ${path} cannot be restored`,
      { path },
      { cause },
    )
  }
}
