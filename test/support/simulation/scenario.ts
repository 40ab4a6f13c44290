import type { Millis } from '../../../src/protocol/index.js'
import type { ChainParameters } from '../../../src/roles/index.js'
import type { Fault } from './faults/index.js'
import { constantDelay } from './random-delay.js'
import type { Workload } from './workload.js'
import type { Profile } from './world.js'

/**
 * How large the scenarios of a run are. Faults strike per height and not per node, so that many short runs of few
 * nodes find more in the same time; what only long runs and large networks show, one seed in five of a mixed run does.
 */
export const MIXES = ['mixed', 'small', 'large'] as const
export type Mix = (typeof MIXES)[number]

/** Everything that makes one simulation, all of it drawn from the seed. */
export interface Scenario {
  readonly seed: number
  /** What a failure must name beside the seed; null for a scenario that a test wrote by hand. */
  readonly mix: Mix | null
  readonly validators: number
  readonly messagenodes: number
  readonly parameters: Partial<ChainParameters>
  readonly profile: Profile
  readonly workload: Workload
  readonly faults: readonly Fault[]
  /** When the faults that must end have ended. */
  readonly faultsUntilMs: Millis
  /** Nodes of which a second one runs with the same keys, under the same name with an apostrophe. */
  readonly twins?: readonly string[]
  /** By node name; 1 and no offset where nothing stands. */
  readonly slowness: ReadonlyMap<string, number>
  readonly clocks: ReadonlyMap<string, { readonly offsetMs: Millis; readonly rate: number }>
}

/** Sizes that the protocol's bounds differ in: f is 1, 1, 2 and 3. */
export const VALIDATOR_COUNTS = [4, 5, 7, 10] as const
export const MESSAGENODE_COUNTS = [1, 2, 3, 4] as const

/** Nothing goes wrong, every delay is the same: what the figures of protocol section 7 hold for. */
export const calmScenario = (seed: number, validators: number, messagenodes: number): Scenario => ({
  seed,
  mix: null,
  validators,
  messagenodes,
  parameters: {},
  profile: { link: constantDelay(2), disk: constantDelay(0.5), flush: constantDelay(20) },
  workload: { messages: 20, untilMs: 2_000, batch: 8, failing: 0.1, repeated: 0, junk: 0 },
  faults: [],
  faultsUntilMs: 0,
  slowness: new Map(),
  clocks: new Map(),
})
