import { addCounts, describeCounts, noCounts } from './coverage.js'
import type { Counts } from './coverage.js'
import { drawScenario } from './draw-scenario.js'
import { simulateOrExplain } from './failure.js'
import type { Mix } from './scenario.js'
import type { Outcome, SimulationOptions } from './simulation.js'

/** What many seeds together have shown. */
export interface Tally {
  readonly seeds: number
  readonly failures: number
  readonly counts: Counts
  readonly longestRecoveryMs: number
  /** Rotations of the assembler from healing to the next decision, in those runs that had work left. */
  readonly rotations: { readonly runs: number; readonly withinTwo: number; readonly most: number }
}

export const noTally = (): Tally => ({
  seeds: 0,
  failures: 0,
  counts: noCounts(),
  longestRecoveryMs: 0,
  rotations: { runs: 0, withinTwo: 0, most: 0 },
})

export const addTally = (a: Tally, b: Tally): Tally => ({
  seeds: a.seeds + b.seeds,
  failures: a.failures + b.failures,
  counts: addCounts(a.counts, b.counts),
  longestRecoveryMs: Math.max(a.longestRecoveryMs, b.longestRecoveryMs),
  rotations: {
    runs: a.rotations.runs + b.rotations.runs,
    withinTwo: a.rotations.withinTwo + b.rotations.withinTwo,
    most: Math.max(a.rotations.most, b.rotations.most),
  },
})

export const describeTally = ({ seeds, failures, counts, longestRecoveryMs, rotations }: Tally): string =>
  `${seeds} seeds, ${failures} failures, ${describeCounts(counts)}, ` +
  `longest recovery ${Math.round(longestRecoveryMs)} virtual ms, ` +
  `next decision within 2 rotations after ${rotations.withinTwo} of ${rotations.runs} heals, at most ${rotations.most}`

export interface Campaign {
  readonly start: number
  readonly seeds: number
  readonly mix: Mix
  readonly options?: SimulationOptions
  /** Hears of every failure; without it the first one ends the campaign. */
  readonly failed?: (error: unknown) => void
  /** Hears of every seed that is done. */
  readonly done?: (tally: Tally) => void
}

/** Runs seeds in a row. @throws SimulationFailure at the first that fails, unless `failed` wants to hear of all. */
export const runCampaign = ({ start, seeds, mix, options, failed, done }: Campaign): Tally => {
  let total = noTally()
  for (let seed = start; seed < start + seeds; seed++) {
    total = addTally(total, runSeed(seed))
    done?.(total)
  }
  return total

  function runSeed(seed: number): Tally {
    try {
      return tallyOf(simulateOrExplain(drawScenario(seed, mix), options))
    } catch (error) {
      if (!failed) throw error
      failed(error)
      return { ...noTally(), seeds: 1, failures: 1 }
    }
  }
}

export const tallyOf = ({ counts, recoveryMs, rotations }: Outcome): Tally => ({
  seeds: 1,
  failures: 0,
  counts,
  longestRecoveryMs: recoveryMs,
  rotations: {
    runs: rotations === null ? 0 : 1,
    withinTwo: rotations !== null && rotations <= 2 ? 1 : 0,
    most: rotations ?? 0,
  },
})
