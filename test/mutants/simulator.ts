import { SCHEDULES } from '../simulation/schedules/index.js'
import { busyScenario, SMALL } from '../support/simulation/busy-scenario.js'
import { comparedCores } from '../support/simulation/directed/compared-cores.js'
import { coresOf, patchedCore } from '../support/simulation/directed/patched-core.js'
import { treasonOf } from '../support/simulation/faults/index.js'
import { firstDifference, type Search } from '../support/simulation/histories/search.js'
import { drawScenario, type Scenario, simulate, Violation } from '../support/simulation/index.js'
import { MESSAGENODE_MANNERS, VALIDATOR_MANNERS } from '../support/simulation/manners/index.js'
import type { Cores } from '../support/simulation/simulated-world.js'
import { MUTANTS } from './catalogue.js'
import type { SimulatorsFind } from './mutant.js'

/**
 * Runs the simulator with the cores of one mutant, named by its place in the catalogue, and prints what of it stops them
 * first, with where and how: its checkers, in seeds drawn without a thought of the mutant; a shipped core beside it, in
 * histories made up for one core; and in those seeds; its checkers in schedules and treason made on purpose; and both in
 * all that is left.
 *
 *     simulator.ts PLACE [SECONDS SEED]           with these, histories alone, from that seed and at most so long
 */
const SEEDS = 40
const MORE_SEEDS = 200
const TREASON_SEEDS = [1, 2]

type Named = readonly [name: string, scenario: Scenario]

const HISTORIES: Search = { from: 1, limitMs: 60_000 }

const [place, seconds, seed] = process.argv.slice(2).map(Number)
const mutant = MUTANTS[place ?? -1]
if (!mutant) throw new RangeError(`there is no mutant ${process.argv[2]}`)
const patched = await patchedCore(mutant.patches)
const cores = coresOf(patched)
const found = seconds === undefined ? firstFind() : inHistories({ from: seed ?? 1, limitMs: 1_000 * seconds })
console.log(found ?? 'survives')

function inHistories(search: Search): string | undefined {
  return mutant && firstDifference(mutant.patches, patched, search)
}

function firstFind(): string | undefined {
  return (
    firstFailure('seeds', seeds(1, SEEDS), cores) ??
    inHistories(HISTORIES) ??
    firstFailure('comparison', seeds(1, SEEDS), comparedCores(cores)) ??
    firstFailure('schedules', schedules(), cores) ??
    firstFailure('comparison', schedules(), comparedCores(cores)) ??
    firstFailure('schedules', treason(), cores) ??
    firstFailure('comparison', treason(), comparedCores(cores)) ??
    firstFailure('comparison', seeds(SEEDS + 1, MORE_SEEDS), comparedCores(cores))
  )
}

function firstFailure(by: SimulatorsFind, scenarios: Iterable<Named>, given: Cores): string | undefined {
  for (const [name, scenario] of scenarios) {
    const failure = failureOf(scenario, given)
    if (failure !== undefined) return `${by}: ${name}: ${failure}`
  }
  return undefined
}

function* seeds(first: number, last: number): Generator<Named> {
  for (let seed = first; seed <= last; seed++) yield [`seed ${seed}`, drawScenario(seed, 'small')]
}

function* schedules(): Generator<Named> {
  for (const { name, scenarios } of SCHEDULES) for (const scenario of scenarios) yield [name, scenario]
}

function* treason(): Generator<Named> {
  for (const [traitor, manners] of [
    ['v0', VALIDATOR_MANNERS],
    ['m0', MESSAGENODE_MANNERS],
  ] as const) {
    for (const [name, manner] of Object.entries(manners)) {
      for (const seed of TREASON_SEEDS)
        yield [`${traitor} ${name}`, busyScenario(SMALL, seed, [treasonOf(traitor, manner)])]
    }
  }
}

/** A core that throws is caught as well as one that breaks a rule. */
function failureOf(scenario: Scenario, given: Cores): string | undefined {
  try {
    simulate(scenario, { cores: given })
    return undefined
  } catch (error) {
    return error instanceof Violation ? error.code : String(error).split('\n')[0]
  }
}
