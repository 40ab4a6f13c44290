import { type Fault } from './faults/index.js'
import { calmScenario, type Scenario } from './scenario.js'

/** Sizes, with as many traitors of each kind as the protocol tolerates. */
export const LARGE = { validators: 7, messagenodes: 3, traitors: 2, messages: 60 }
export const SMALL = { validators: 4, messagenodes: 2, traitors: 1, messages: 40 }

/** Small blocks and short timers, so that caps are reached and rounds change. Nobody but a traitor writes junk. */
export const busyScenario = (size: typeof LARGE, seed: number, faults: readonly Fault[]): Scenario => ({
  ...calmScenario(seed, size.validators, size.messagenodes),
  parameters: {
    capacity: { transactions: 64, bytes: 8_192, batchMs: 40 },
    roundTimeout: { minMs: 60, maxMs: 1_000, initialMs: 100 },
  },
  workload: { messages: size.messages, untilMs: 1_500, batch: 40, failing: 0.1, repeated: 0.1, junk: 0 },
  faults,
  faultsUntilMs: 1_500,
})
