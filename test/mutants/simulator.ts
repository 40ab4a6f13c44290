import { SCHEDULES } from '../simulation/schedules/index.js'
import { patchedCores } from '../support/simulation/directed/patched-core.js'
import { drawScenario, type Scenario, simulate, Violation } from '../support/simulation/index.js'
import { MUTANTS } from './catalogue.js'

/**
 * Runs seeds drawn without a thought of the mutant, and then the directed schedules, with the cores of one mutant,
 * named by its place in the catalogue, and prints what stops them first.
 */
const SEEDS = 40
const START = 1

const place = Number(process.argv[2])
const mutant = MUTANTS[place]
if (!mutant) throw new RangeError(`there is no mutant ${process.argv[2]}`)
const cores = await patchedCores(mutant.patches)
console.log(firstFailure() ?? 'survives')

function firstFailure(): string | undefined {
  for (const [name, scenario] of scenarios()) {
    const failure = failureOf(scenario)
    if (failure !== undefined) return `${name}: ${failure}`
  }
  return undefined
}

function* scenarios(): Generator<readonly [string, Scenario]> {
  for (let seed = START; seed < START + SEEDS; seed++) yield [`seed ${seed}`, drawScenario(seed, 'small')]
  for (const { name, scenarios: given } of SCHEDULES) {
    for (const scenario of given) yield [`schedule ${name}`, scenario]
  }
}

/** A core that throws is caught as well as one that breaks a rule. */
function failureOf(scenario: Scenario): string | undefined {
  try {
    simulate(scenario, { cores })
    return undefined
  } catch (error) {
    return error instanceof Violation ? error.code : String(error).split('\n')[0]
  }
}
