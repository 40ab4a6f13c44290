import { blockId, cutRoot, emptyBlock, type Hash } from '../feeds/index.js'
import { isAssembled, type Origin } from '../protocol/index.js'
import { lanesOf, type Network } from '../roles/index.js'
import { CodedError } from '../util/index.js'
import type { Library } from './reading/library.js'

/** Where a replay begins: a height, and how far its block took each lane. */
export type ReplayStart = Pick<Origin<unknown>, 'height' | 'cut'>

export const GENESIS: ReplayStart = { height: 0, cut: [] }

/**
 * Does a quorum's certificate cover all of a checkpoint? Its block id names the cut and the empty block by their hashes,
 * and the state was compared with the sealed root when it was restored. The other parts of the block id stand in the
 * proposal, which must be in a source. And no lane may have lost messages beyond the cut.
 *
 * @throws CodedError `checkpoint-unfounded`, `source-pruned`
 */
export const checkOrigin = async (
  network: Network,
  { height, value, slot, cut }: Pick<Origin<unknown>, 'height' | 'value' | 'slot' | 'cut'>,
  library: Library,
): Promise<void> => {
  const lanes = lanesOf(network.genesis)
  const lost = lanes.find((feed, lane) => library.beginningOf(feed) > (cut[lane]?.sequence ?? 0))
  if (lost !== undefined) {
    const why = `lanes were pruned beyond height ${height}: begin at a later checkpoint, or read a node that keeps all`
    throw new CodedError('source-pruned', why, { height, lane: lost })
  }
  if (height === 0) return
  const proposal = (await library.atHeight(height))
    .filter(isAssembled)
    .find(({ body }) => body.block === value.block && body.height === height)
  if (!proposal) throw unfounded(height, 'the proposal of its block is in no source')
  const { parent, txRoot, txCount } = proposal.body
  const { chainId, genesis } = network
  const tips = lanes.flatMap((feed, lane) => (cut[lane] ? [{ feed, ...cut[lane] }] : []))
  const parts = { cutRoot: cutRoot(tips), txRoot, txCount, parent, slot }
  if (slot !== slotAt(chainId, height) || tips.length !== lanes.length || cut.length !== lanes.length)
    throw unfounded(height, 'its empty block or its lanes are of no such chain')
  if (blockId({ chainId, epoch: genesis.number, height, ...parts }) !== value.block)
    throw unfounded(height, 'its cut is not the one that was decided')
}

const slotAt = (chainId: Hash, height: number): Hash => {
  let slot = emptyBlock(chainId, 0, null)
  for (let next = 1; next <= height; next++) slot = emptyBlock(chainId, next, slot)
  return slot
}

const unfounded = (height: number, why: string): CodedError =>
  new CodedError('checkpoint-unfounded', `the checkpoint of height ${height} cannot be relied on: ${why}`, {
    height,
  })
