import type { Millis } from '../../../src/protocol/index.js'
import { faultyMessagenodesOf, faultyOf } from '../../../src/roles/index.js'
import {
  blackout,
  clockJumps,
  crashes,
  crashesAtAppends,
  deaths,
  forkedLanes,
  partitions,
  treason,
} from './faults/index.js'
import type { Fault } from './faults/index.js'
import { Random } from './random.js'
import { MESSAGENODE_COUNTS, VALIDATOR_COUNTS } from './scenario.js'
import type { Mix, Scenario } from './scenario.js'
import type { Workload } from './workload.js'
import type { Profile } from './world.js'

/** The scenario of a seed, all of it drawn from chance; some are quiet, most are not. */
export const drawScenario = (seed: number, mix: Mix = 'mixed'): Scenario => {
  const random = new Random(`seed ${seed}`).fork('scenario')
  const isLarge = mix === 'large' || (mix === 'mixed' && seed % 5 === 0)
  const validators = random.pick(isLarge ? VALIDATOR_COUNTS : [4, 4, 4, 4, 5, 7])
  const messagenodes = random.pick(MESSAGENODE_COUNTS)
  const nodes = [...names('v', validators), ...names('m', messagenodes)]
  const faultsUntilMs = isLarge ? random.between(2_000, 12_000) : random.between(400, 2_000)
  const minMs = random.pick(isLarge ? [60, 200, 500] : [60, 100, 200])
  // Timers that run twice as fast as others are what livelocks are made of.
  const skew = random.pick([1.01, 1.1, 2])
  return {
    seed,
    mix,
    validators,
    messagenodes,
    parameters: {
      capacity: {
        transactions: random.pick([64, 100, 1_000]),
        bytes: random.pick([8_192, 20_000, 200_000]),
        batchMs: random.pick([1, 40]),
      },
      emptyBlocks: isLarge ? { launch: 10, ahead: 10 } : { launch: 3, ahead: 3 },
      roundTimeout: { minMs, maxMs: 20 * minMs, initialMs: random.between(minMs, 4 * minMs) },
    },
    profile: drawProfile(random),
    workload: drawWorkload(random, isLarge, faultsUntilMs),
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

const drawWorkload = (random: Random, isLarge: boolean, faultsUntilMs: Millis): Workload => ({
  messages: isLarge ? random.integer(5, 60) : random.integer(2, 9),
  untilMs: faultsUntilMs * random.between(0.5, 1.2),
  batch: random.pick(isLarge ? [1, 8, 64] : [1, 1, 8]),
  failing: random.pick([0, 0.2]),
  repeated: random.pick([0, 0.1]),
  junk: random.pick([0, 0, 0.2, 0.6]),
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
  const absentValidators = random.chance(0.7) ? random.integer(1, faultyOf(validators)) : 0
  const absentMessagenodes = random.chance(0.4) ? random.integer(0, messagenodes - 1) : 0
  const [deadValidators, faithlessValidators] = split(random, names('v', validators), absentValidators)
  const [deadMessagenodes, faithlessMessagenodes] = split(
    random,
    names('m', messagenodes),
    absentMessagenodes,
    mayDie(messagenodes),
  )
  const traitors = [...faithlessValidators, ...faithlessMessagenodes]
  const forkers = random.chance(0.6) ? faithlessValidators : []
  // Who forks its lane may be as good as any other in everything else.
  const mannered = random.chance(0.5) ? traitors : traitors.filter((name) => !forkers.includes(name))
  const dead = [...deadValidators, ...deadMessagenodes]
  return [
    ...(mannered.length > 0 ? [treason(mannered)] : []),
    ...(forkers.length > 0 ? [forkedLanes(forkers)] : []),
    ...(dead.length > 0 ? [deaths(dead)] : []),
    ...(random.chance(0.6) ? [partitions(random.integer(1, 5))] : []),
    ...(random.chance(0.5) ? [crashes(random.integer(1, 6))] : []),
    ...(random.chance(0.4) ? [crashesAtAppends(0.02, random.integer(1, 5))] : []),
    ...(random.chance(0.3) ? [clockJumps(random.integer(1, 5))] : []),
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
