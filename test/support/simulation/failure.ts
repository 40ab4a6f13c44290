import type { Scenario } from './scenario.js'
import { simulate } from './simulation.js'
import type { Outcome, SimulationOptions } from './simulation.js'

/** What went wrong, and the one command that shows it again. */
export class SimulationFailure extends Error {
  override readonly name = 'SimulationFailure'

  constructor({ seed, mix, validators, messagenodes, faults }: Scenario, cause: unknown) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    const kinds = faults.map(({ name }) => name).join(', ') || 'none'
    super(
      `seed ${seed} (n=${validators}, m=${messagenodes}, faults: ${kinds}) ${reason}\n` +
        (mix
          ? `replay with: npm run simulate -- --seed ${seed} --mix ${mix} --trace`
          : 'this scenario is written out in its test'),
      { cause },
    )
  }
}

/** @throws SimulationFailure */
export const simulateOrExplain = (scenario: Scenario, options?: SimulationOptions): Outcome => {
  try {
    return simulate(scenario, options)
  } catch (error) {
    throw new SimulationFailure(scenario, error)
  }
}
