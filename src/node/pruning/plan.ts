import type { FeedId, LaneTip } from '../../feeds/index.js'

/**
 * What may go. Only messages of lanes, and of these only what stands below two checkpoints and is deep enough: votes
 * and certificates are the audit trail, a start reads lanes from its checkpoint on, and if the newest checkpoint is
 * damaged it begins at the one before.
 */
export interface PruneOrder {
  /** Its cut is the limit; 0 if nothing is to go. */
  readonly height: number
  readonly lanes: ReadonlyMap<FeedId, LaneOrder>
}

export interface LaneOrder {
  /** Messages up to this sequence are to go. */
  readonly upTo: number
  /** The chain goes on after this sequence: whoever lacks what follows must fetch the lane again. */
  readonly executed: number
}

/** Below this many heights a pruned node would be of no use to a peer that was away for a moment. */
export const LEAST_PRUNE_BLOCKS = 64

/** The height up to whose cut lanes may go; 0 if none. @param checkpoints heights of those that are whole, newest first */
export const pruneHeight = (pruneBlocks: number | null, checkpoints: readonly number[]): number => {
  const [newest, older] = checkpoints
  if (pruneBlocks === null || newest === undefined || older === undefined) return 0
  return Math.max(0, Math.min(newest - pruneBlocks, older))
}

/** Rewriting the log costs a pass over it: not before so many more heights may go. */
export const pruneInterval = (pruneBlocks: number): number => Math.ceil(pruneBlocks / 4)

export interface PrunePorts {
  readonly pruneBlocks: number | null
  /** In the order of the registry. */
  readonly lanes: readonly FeedId[]
  /** Where the chain starts, lane by lane. */
  readonly cut: readonly LaneTip[]
  readonly checkpoints: readonly number[]
  /** The log was pruned up to this height before. */
  readonly prunedHeight: number
  /** What a stored block took. */
  readonly transactions: (
    height: number,
  ) => Promise<readonly { readonly lane: number; readonly sequence: number }[]>
}

export const planPruning = async (ports: PrunePorts): Promise<PruneOrder> => {
  const { pruneBlocks, lanes, cut, checkpoints, prunedHeight } = ports
  const target = pruneHeight(pruneBlocks, checkpoints)
  const isWorthIt = pruneBlocks !== null && target - prunedHeight >= pruneInterval(pruneBlocks)
  const height = isWorthIt ? target : 0
  const sequences = await sequencesAt(ports, height)
  const orders = lanes.map((feed, lane): [FeedId, LaneOrder] => {
    const executed = cut[lane]?.sequence ?? 0
    return [feed, { upTo: Math.min(sequences.get(lane) ?? 0, executed), executed }]
  })
  return { height, lanes: new Map(orders) }
}

/** How far each lane was executed at a height. A lane that stood still since the last pruning is left out. */
const sequencesAt = async (
  { lanes, prunedHeight, transactions }: PrunePorts,
  height: number,
): Promise<ReadonlyMap<number, number>> => {
  const found = new Map<number, number>()
  for (let at = height; at > prunedHeight && found.size < lanes.length; at--) {
    // A block lists each lane ascending, so the last entry of a lane stands.
    const block = new Map((await transactions(at)).map(({ lane, sequence }) => [lane, sequence]))
    for (const [lane, sequence] of block) if (!found.has(lane)) found.set(lane, sequence)
  }
  return found
}
