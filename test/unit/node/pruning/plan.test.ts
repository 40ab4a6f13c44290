import { describe, expect, it } from 'vitest'

import type { LaneTip } from '../../../../src/feeds/index.js'
import { planPruning, pruneHeight, pruneInterval, PruneSchedule } from '../../../../src/node/pruning/index.js'
import { feedNamed, keyNamed } from '../../../support/feed-of.js'

const LANES = ['lane 0', 'lane 1', 'lane 2'].map(feedNamed)
const cut = (...sequences: readonly number[]): readonly LaneTip[] =>
  sequences.map((sequence) => ({ sequence, tip: keyNamed(`tip ${sequence}`) }))

describe('the height up to whose cut lanes may go', () => {
  const table: readonly (readonly [string, number | null, readonly number[], number])[] = [
    ['an archive keeps all', null, [1000, 900], 0],
    ['no checkpoint', 100, [], 0],
    ['one checkpoint: damage to it would mean genesis', 100, [1000], 0],
    ['so many blocks below the newest', 300, [1000, 900], 700],
    ['never above the checkpoint before the newest', 100, [1000, 600], 600],
    ['a chain that is too short', 2000, [1000, 900], 0],
  ]
  it.each(table)('%s', (_name, pruneBlocks, checkpoints, height) => {
    expect(pruneHeight(pruneBlocks, checkpoints)).toBe(height)
  })
})

describe('a plan', () => {
  /** Lane 0 advances in every block by two messages, lane 1 stood still after block 10, lane 2 never moved. */
  const transactions = async (height: number) => [
    { lane: 0, sequence: 2 * height - 1 },
    { lane: 0, sequence: 2 * height },
    ...(height <= 10 ? [{ lane: 1, sequence: height }] : []),
  ]
  const plan = (options: Partial<Parameters<typeof planPruning>[0]> = {}) =>
    planPruning({
      pruneBlocks: 100,
      lanes: LANES,
      cut: cut(1000, 12, 5),
      checkpoints: [500, 400],
      prunedHeight: 0,
      transactions,
      ...options,
    })
  const upTo = async (options: Parameters<typeof plan>[0] = {}) =>
    [...(await plan(options)).lanes.values()].map((lane) => lane.upTo)

  it('takes what the blocks up to that height took', async () => {
    const { height, lanes } = await plan()
    expect(height).toBe(400)
    expect([...lanes.keys()]).toEqual(LANES)
    expect(lanes.get(LANES[0] as (typeof LANES)[0])).toEqual({ upTo: 800, executed: 1000 })
    expect(await upTo()).toEqual([800, 10, 0])
  })

  it('never goes beyond what the chain starts from', async () => {
    expect(await upTo({ cut: cut(700, 3, 0) })).toEqual([700, 3, 0])
  })

  it('leaves everything while too little would go', async () => {
    expect(await plan({ prunedHeight: 376 })).toMatchObject({ height: 0 })
    expect(await upTo({ prunedHeight: 376 })).toEqual([0, 0, 0])
    expect(await upTo({ prunedHeight: 375 })).toEqual([800, 0, 0])
  })

  it('of an archive takes nothing, and says where its chain starts all the same', async () => {
    const { height, lanes } = await plan({ pruneBlocks: null })
    expect(height).toBe(0)
    expect([...lanes.values()]).toEqual([
      { upTo: 0, executed: 1000 },
      { upTo: 0, executed: 12 },
      { upTo: 0, executed: 5 },
    ])
  })

  it('reads no block twice, and none below the last pruning', async () => {
    const read: number[] = []
    await plan({ prunedHeight: 300, transactions: (height) => (read.push(height), transactions(height)) })
    expect(read).toEqual(Array.from({ length: 100 }, (_, index) => 400 - index))
  })
})

describe('a schedule', () => {
  const PRUNE_BLOCKS = 100
  const EVERY = 10
  /** Heights at which it was due on a chain that writes a checkpoint every ten heights. */
  const dueHeights = (rank: number, checkpoints: readonly number[], heights: number): readonly number[] => {
    const schedule = new PruneSchedule({ pruneBlocks: PRUNE_BLOCKS, checkpoints, rank, members: 7 })
    const due: number[] = []
    for (let height = (checkpoints[0] ?? 0) + 1; height <= heights; height++) {
      if (height % EVERY === 0) schedule.written(height - EVERY)
      if (schedule.isDue(height)) due.push(height)
    }
    return due
  }

  it('waits until so much may go as makes it worth while', () => {
    const [first = 0] = dueHeights(0, [], 1000)
    expect(first).toBeGreaterThanOrEqual(PRUNE_BLOCKS + pruneInterval(PRUNE_BLOCKS))
    expect(first).toBeLessThanOrEqual(PRUNE_BLOCKS + 2 * pruneInterval(PRUNE_BLOCKS) + 2 * EVERY)
  })

  it('gives every member heights of its own', () => {
    const all = Array.from({ length: 7 }, (_, rank) => dueHeights(rank, [], 300))
    for (const heights of all) expect(heights.length).toBeGreaterThan(0)
    expect(new Set(all.flat()).size).toBe(all.flat().length)
  })

  it('does not come again for what this start could have pruned, whether it did or not', () => {
    const [first = 0] = dueHeights(0, [500, 490], 700)
    expect(first).toBeGreaterThanOrEqual(500 + pruneInterval(PRUNE_BLOCKS))
  })
})
