import type { CorePatch } from '../support/simulation/directed/patched-core.js'

/** The shipped code with one clause of the protocol taken out, and the test that then fails. */
export interface Mutant {
  /** The clause, mostly in the words of protocol section 5. */
  readonly clause: string
  /** What the mutant does instead. */
  readonly without: string
  readonly patches: readonly CorePatch[]
  readonly caught: TestName
  /** What of the simulator finds it too. */
  readonly simulated: SimulatorsFind | 'outside'
}

/**
 * `seeds`: checkers, in scenarios drawn at random. `schedules`: checkers, in scenarios made on purpose.
 * `comparison`: no checker, but a shipped core beside it acts otherwise. `histories`: the same, where no network brings the
 * events about, but whoever holds every key makes them up for one core. `outside`: it is no part of the core, and so of no
 * simulation.
 */
export type SimulatorsFind = 'seeds' | 'schedules' | 'comparison' | 'histories'

export interface TestName {
  /** Below `test/unit`. */
  readonly file: string
  /** Its full name as vitest reports it, or how that begins. */
  readonly test: string
}

/** Clauses that belong together. */
export interface Chapter {
  readonly title: string
  readonly mutants: readonly Mutant[]
}
