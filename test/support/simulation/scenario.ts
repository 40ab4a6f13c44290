import type { Millis } from '../../../src/protocol/index.js'
import { faultyMessagenodesOf, faultyOf } from '../../../src/roles/index.js'
import type { ChainParameters } from '../../../src/roles/index.js'
import { blackout, crashes, crashesWhileWriting, deaths, partitions, treason } from './faults/index.js'
import type { Fault } from './faults/index.js'
import { constantDelay } from './random-delay.js'
import { Random } from './random.js'
import type { Workload } from './workload.js'
import type { Profile } from './world.js'

/** Everything that makes one simulation, all of it drawn from the seed. */
export interface Scenario {
  readonly seed: number
  readonly validators: number
  readonly messagenodes: number
  readonly parameters: Partial<ChainParameters>
  readonly profile: Profile
  readonly workload: Workload
  readonly faults: readonly Fault[]
  /** When the faults that must end have ended. */
  readonly faultsUntilMs: Millis
  /** By node name; 1 and no offset where nothing stands. */
  readonly slowness: ReadonlyMap<string, number>
  readonly clocks: ReadonlyMap<string, { readonly offsetMs: Millis; readonly rate: number }>
}

export const VALIDATOR_COUNTS = [1, 4, 5, 7] as const
export const MESSAGENODE_COUNTS = [1, 2, 3, 4] as const

/** Seeds in a row that go once through all sizes of a network. */
export const SIZES = VALIDATOR_COUNTS.length * MESSAGENODE_COUNTS.length

/** The scenario of a seed: its size follows from its number, the rest from chance; some are quiet, most are not. */
export const drawScenario = (seed: number): Scenario => {
  const random = new Random(`seed ${seed}`).fork('scenario')
  const validators = VALIDATOR_COUNTS[seed % VALIDATOR_COUNTS.length] ?? 1
  const messagenodes =
    MESSAGENODE_COUNTS[Math.floor(seed / VALIDATOR_COUNTS.length) % MESSAGENODE_COUNTS.length] ?? 1
  const nodes = [...names('v', validators), ...names('m', messagenodes)]
  const faultsUntilMs = random.between(2_000, 12_000)
  const minMs = random.pick([60, 200, 500])
  // Timers that run twice as fast as others are what livelocks are made of.
  const skew = random.pick([1.01, 1.1, 2])
  return {
    seed,
    validators,
    messagenodes,
    parameters: {
      capacity: {
        transactions: random.pick([64, 100, 1_000]),
        bytes: random.pick([8_192, 20_000, 200_000]),
        batchMs: random.pick([1, 40]),
      },
      roundTimeout: { minMs, maxMs: 20 * minMs, initialMs: random.between(minMs, 4 * minMs) },
    },
    profile: drawProfile(random),
    workload: {
      messages: random.integer(5, 60),
      untilMs: faultsUntilMs * random.between(0.5, 1.2),
      batch: random.pick([1, 8, 64]),
      failing: random.pick([0, 0.2]),
      repeated: random.pick([0, 0.1]),
      junk: random.pick([0, 0, 0.2, 0.6]),
    },
    faults: drawFaults(random, validators, messagenodes),
    faultsUntilMs,
    slowness: random.chance(0.3)
      ? new Map(random.sample(nodes, random.integer(1, 2)).map((name) => [name, random.integer(3, 20)]))
      : new Map(),
    clocks: new Map(
      nodes.map((name) => [
        name,
        { offsetMs: Math.floor(random.between(0, 1e6)), rate: random.between(1 / skew, skew) },
      ]),
    ),
  }
}

/** Nothing goes wrong, every delay is the same: what the figures of protocol section 7 hold for. */
export const calmScenario = (seed: number, validators: number, messagenodes: number): Scenario => ({
  seed,
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

const drawProfile = (random: Random): Profile => {
  const meanMs = random.pick([1, 5, 20])
  const lossProbability = random.pick([0, 0.01, 0.05])
  return {
    link: { leastMs: random.pick([0.2, 2, 10]), meanMs, lossProbability, lossMs: 300 },
    disk: { leastMs: 0.3, meanMs: random.pick([0.5, 5]), lossProbability: 0.005, lossMs: 100 },
    flush: { leastMs: 5, meanMs: random.pick([20, 200]), lossProbability: 0, lossMs: 0 },
  }
}

/** As many absent nodes as the protocol tolerates, and passing faults for everyone. */
const drawFaults = (random: Random, validators: number, messagenodes: number): readonly Fault[] => {
  const absentValidators = random.chance(0.5) ? random.integer(0, faultyOf(validators)) : 0
  const absentMessagenodes = random.chance(0.4) ? random.integer(0, messagenodes - 1) : 0
  const [deadValidators, faithlessValidators] = split(random, names('v', validators), absentValidators)
  const [deadMessagenodes, faithlessMessagenodes] = split(
    random,
    names('m', messagenodes),
    absentMessagenodes,
    mayDie(messagenodes),
  )
  const traitors = [...faithlessValidators, ...faithlessMessagenodes]
  const dead = [...deadValidators, ...deadMessagenodes]
  return [
    ...(traitors.length > 0 ? [treason(traitors)] : []),
    ...(dead.length > 0 ? [deaths(dead)] : []),
    ...(random.chance(0.6) ? [partitions(random.integer(1, 5))] : []),
    ...(random.chance(0.5) ? [crashes(random.integer(1, 6))] : []),
    ...(random.chance(0.4) ? [crashesWhileWriting(0.02, random.integer(1, 5))] : []),
    ...(random.chance(0.1) ? [blackout] : []),
  ]
}

/**
 * Messagenodes that may die although the others restart: a starting Messagenode needs the tips from f_m+1 others,
 * or from all of them if they are fewer (protocol section 5).
 */
const mayDie = (messagenodes: number): number =>
  messagenodes - 1 - Math.min(messagenodes - 1, faultyMessagenodesOf(messagenodes) + 1)

const split = (
  random: Random,
  nodes: readonly string[],
  count: number,
  mostDead = count,
): readonly [readonly string[], readonly string[]] => {
  const chosen = random.sample(nodes, count)
  const dead = random.integer(0, Math.min(count, mostDead))
  return [chosen.slice(0, dead), chosen.slice(dead)]
}

const names = (letter: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${letter}${index}`)
