import { pruneHeight, pruneInterval } from './plan.js'

export interface ScheduleOptions {
  readonly pruneBlocks: number
  /** Heights of the checkpoints on disk at the start, newest first. */
  readonly checkpoints: readonly number[]
  /** This node's rank among the members, and how many these are. */
  readonly rank: number
  readonly members: number
}

/**
 * When a running node is to start again in order to prune: once so many more heights may go, and at a height that
 * belongs to this member alone, so that no two of them are away at once.
 */
export class PruneSchedule {
  readonly #interval: number
  readonly #offset: number
  readonly #base: number
  #checkpoints: readonly number[]

  constructor(private readonly options: ScheduleOptions) {
    const { pruneBlocks, checkpoints, rank, members } = options
    this.#interval = pruneInterval(pruneBlocks)
    this.#offset = Math.floor((rank * this.#interval) / members)
    this.#checkpoints = checkpoints
    // What this start could prune it has pruned, or could not: trying again at once would do no better.
    this.#base = pruneHeight(pruneBlocks, checkpoints)
  }

  written(checkpoint: number): void {
    this.#checkpoints = [checkpoint, ...this.#checkpoints]
  }

  /** To be asked at every height that is executed. */
  isDue(height: number): boolean {
    if (height % this.#interval !== this.#offset) return false
    return pruneHeight(this.options.pruneBlocks, this.#checkpoints) - this.#base >= this.#interval
  }
}
