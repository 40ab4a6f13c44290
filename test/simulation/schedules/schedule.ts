import type { Scenario } from '../../support/simulation/index.js'
import { calmScenario } from '../../support/simulation/index.js'

/** A course of events laid out on purpose, which the shipped core survives. */
export interface Schedule {
  readonly name: string
  /** One or more: where a schedule leaves something to chance, several seeds of it. */
  readonly scenarios: readonly Scenario[]
}

/** Calm weather with short timeouts, in which only the schedule's own faults happen. */
export const calm = (validators: number, messagenodes: number, changes: Partial<Scenario>): Scenario => ({
  ...calmScenario(1, validators, messagenodes),
  faultsUntilMs: 1_000,
  ...changes,
  parameters: {
    roundTimeout: { minMs: 60, maxMs: 1_200, initialMs: 100 },
    ...changes.parameters,
  },
})
