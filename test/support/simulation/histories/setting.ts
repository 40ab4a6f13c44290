import type { Millis } from '../../../../src/protocol/index.js'
import type { ChainParameters } from '../../../../src/roles/index.js'
import type { Random } from '../random.js'

/** What one history is like: some have only few kinds of acts, so that those come often. */
export interface Setting {
  readonly validators: number
  readonly messagenodes: number
  readonly parameters: Partial<ChainParameters>
  /** Whose core it is: a validator, or a Messagenode. */
  readonly isValidator: boolean
  readonly index: number
  readonly acts: number
  /** Longest time that passes before an act. */
  readonly paceMs: Millis
  /** How messages arrive: by key, or not now; else in their feed. */
  readonly fetched: number
  readonly late: number
  /** How often what is said is wrong somewhere. */
  readonly lies: number
  readonly forks: boolean
  /** How often a quorum signs results that are not those of the block. */
  readonly wrong: number
  /** Lanes of which nothing arrives but what is asked for. */
  readonly dammed: number
  readonly roundsAhead: number
  /** Transactions in one message, at most. */
  readonly batch: number
}

export const drawSetting = (random: Random): Setting => {
  const validators = random.pick([4, 4, 4, 5, 6, 7])
  const messagenodes = random.pick([1, 2, 3, 3, 4])
  const isValidator = random.chance(0.5)
  return {
    validators,
    messagenodes,
    isValidator,
    index: random.integer(0, (isValidator ? validators : messagenodes) - 1),
    parameters: {
      capacity: {
        transactions: random.pick([4, 8, 64]),
        bytes: random.pick([1_500, 4_000, 20_000, 20_000]),
        batchMs: random.pick([1, 40]),
      },
      emptyBlocks: random.pick([
        { launch: 3, ahead: 3 },
        { launch: 10, ahead: 10 },
      ]),
      roundTimeout: { minMs: 60, maxMs: 1_200, initialMs: random.integer(60, 240) },
    },
    acts: random.pick([15, 40, 80]),
    paceMs: random.pick([1, 30, 400]),
    fetched: random.pick([0, 0.1, 0.5]),
    late: random.pick([0, 0.1, 0.4]),
    lies: random.pick([0, 0, 0.2, 0.5]),
    forks: random.chance(0.4),
    wrong: random.pick([0, 0, 0, 0.1]),
    dammed: random.pick([0, 0, 1, 2]),
    roundsAhead: random.pick([0, 1, 3]),
    batch: random.pick([1, 3, 4]),
  }
}
