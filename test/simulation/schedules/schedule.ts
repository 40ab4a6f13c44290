import type { Scenario } from '../../support/simulation/index.js'
import { calmScenario } from '../../support/simulation/index.js'
import type { Cores } from '../../support/simulation/simulated-world.js'

/** A course of events laid out on purpose, which the shipped core survives. */
export interface Schedule {
  readonly name: string
  /** One or more: where a schedule leaves something to chance, several seeds of it. */
  readonly scenarios: readonly Scenario[]
  /** Changes what one member runs, whatever the core. */
  readonly wrap?: (cores: Cores) => Cores
}

/** Calm weather with short timeouts, in which only the schedule's own faults happen. */
export const calm = (validators: number, messagenodes: number, changes: Partial<Scenario>): Scenario => ({
  ...calmScenario(1, validators, messagenodes),
  ...changes,
  parameters: {
    roundTimeout: { minMs: 60, maxMs: 1_200, initialMs: 100 },
    ...changes.parameters,
  },
})
