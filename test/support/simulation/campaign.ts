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
  readonly rotations: Rotations
  /** The same without rounds that were too short: see `Recovery`. */
  readonly longEnough: Rotations
}

export interface Rotations {
  readonly runs: number
  readonly withinTwo: number
  readonly most: number
}

const NO_ROTATIONS: Rotations = { runs: 0, withinTwo: 0, most: 0 }

export const noTally = (): Tally => ({
  seeds: 0,
  failures: 0,
  counts: noCounts(),
  longestRecoveryMs: 0,
  rotations: NO_ROTATIONS,
  longEnough: NO_ROTATIONS,
})

export const addTally = (a: Tally, b: Tally): Tally => ({
  seeds: a.seeds + b.seeds,
  failures: a.failures + b.failures,
  counts: addCounts(a.counts, b.counts),
  longestRecoveryMs: Math.max(a.longestRecoveryMs, b.longestRecoveryMs),
  rotations: addRotations(a.rotations, b.rotations),
  longEnough: addRotations(a.longEnough, b.longEnough),
})

const addRotations = (a: Rotations, b: Rotations): Rotations => ({
  runs: a.runs + b.runs,
  withinTwo: a.withinTwo + b.withinTwo,
  most: Math.max(a.most, b.most),
})

export const describeTally = (tally: Tally): string => {
  const { seeds, failures, counts, longestRecoveryMs, rotations, longEnough } = tally
  return (
    `${seeds} seeds, ${failures} failures, ${describeCounts(counts)}, ` +
    `longest recovery ${Math.round(longestRecoveryMs)} virtual ms, ` +
    `next decision within 2 rotations after ${describeRotations(rotations)}; ` +
    `without rounds that were too short after ${describeRotations(longEnough)}`
  )
}

const describeRotations = ({ runs, withinTwo, most }: Rotations): string =>
  `${withinTwo} of ${runs} heals, at most ${Number(most.toFixed(2))}`

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

export const tallyOf = ({ counts, recoveryMs, recovery }: Outcome): Tally => ({
  seeds: 1,
  failures: 0,
  counts,
  longestRecoveryMs: recoveryMs,
  rotations: rotationsOf(recovery?.rotations),
  longEnough: rotationsOf(recovery?.longEnough),
})

const rotationsOf = (rotations: number | undefined): Rotations =>
  rotations === undefined ? NO_ROTATIONS : { runs: 1, withinTwo: rotations <= 2 ? 1 : 0, most: rotations }
