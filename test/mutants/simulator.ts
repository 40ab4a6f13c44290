import { patchedCores } from '../support/simulation/directed/patched-core.js'
import { drawScenario, simulate, Violation } from '../support/simulation/index.js'
import { MUTANTS } from './catalogue.js'

/** Runs seeds with the cores of one mutant, named by its place in the catalogue, and prints what stops them first. */
const SEEDS = 40
const START = 1

const place = Number(process.argv[2])
const mutant = MUTANTS[place]
if (!mutant) throw new RangeError(`there is no mutant ${process.argv[2]}`)
const cores = await patchedCores(mutant.patches)
console.log(firstFailure() ?? 'survives')

/** A core that throws is caught as well as one that breaks a rule. */
function firstFailure(): string | undefined {
  for (let seed = START; seed < START + SEEDS; seed++) {
    try {
      simulate(drawScenario(seed, 'small'), { cores })
    } catch (error) {
      const name = error instanceof Violation ? error.code : String(error).split('\n')[0]
      return `seed ${seed}: ${name}`
    }
  }
  return undefined
}
