import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { CHAPTERS, MUTANTS } from './catalogue.js'
import { CORE } from '../support/simulation/directed/patched-core.js'
import type { Mutant } from './mutant.js'
import { PatchedProject } from './patched-project.js'
import { tableOf } from './table.js'

/**
 * `npm run mutants [-- --only WORDS]` takes each clause out of a copy of the sources, runs the test file that is named
 * for it, and requires the named test to fail. `--simulator` runs the simulator with it instead, and requires of the
 * mutants marked so that they are found. `--table` prints the tables of docs/reliability.md.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    simulator: { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
  },
})

const SIMULATOR_LIMIT_MS = 120_000

if (values.table) for (const chapter of CHAPTERS) console.log(tableOf(chapter).join('\n'))
else if (values.simulator) await tryAll(MUTANTS.filter(isInCore), inSimulator)
else await inTests()

/** What became of a mutant, and whether that is what the catalogue says. */
interface Outcome {
  readonly asExpected: boolean
  readonly what: string
}

/** What the simulator runs; shells of nodes it has of its own. */
function isInCore({ patches }: Mutant): boolean {
  return patches.every(({ file }) => CORE.some((folder) => file.startsWith(`${folder}/`)))
}

async function tryAll(
  mutants: readonly Mutant[],
  attempt: (mutant: Mutant) => Promise<Outcome>,
): Promise<void> {
  const chosen = mutants.filter(({ clause, without }) => `${clause}: ${without}`.includes(values.only))
  let wrong = 0
  for (const mutant of chosen) {
    const { asExpected, what } = await attempt(mutant)
    if (!asExpected) wrong++
    console.log(`${asExpected ? 'ok   ' : 'WRONG'} ${mutant.clause}: ${mutant.without}: ${what}`)
  }
  console.log(`${chosen.length} mutants, ${wrong} not as the catalogue says`)
  process.exitCode = wrong > 0 || chosen.length === 0 ? 1 : 0
}

async function inTests(): Promise<void> {
  const project = new PatchedProject()
  try {
    await tryAll(MUTANTS, (mutant) => inTest(project, mutant))
  } finally {
    project.remove()
  }
}

async function inTest(project: PatchedProject, { patches, caught }: Mutant): Promise<Outcome> {
  const run = await project.test(`test/unit/${caught.file}`, patches)
  if (run.kind === 'hung') return { asExpected: false, what: 'the tests had to be ended' }
  if (run.failed.some((name) => name.startsWith(caught.test))) return { asExpected: true, what: 'caught' }
  const others = run.failed.length === 0 ? 'no test failed' : `other tests failed: ${run.failed.join(', ')}`
  return { asExpected: false, what: others }
}

/** In a process of its own: each mutant brings a copy of the whole core, and some never come to an end. */
async function inSimulator(mutant: Mutant): Promise<Outcome> {
  const script = fileURLToPath(new URL('./simulator.ts', import.meta.url))
  const place = String(MUTANTS.indexOf(mutant))
  try {
    const options = { timeout: SIMULATOR_LIMIT_MS, killSignal: 'SIGKILL' } as const
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', script, place],
      options,
    )
    const what = stdout.trim()
    return { asExpected: mutant.simulated === null || what !== 'survives', what }
  } catch (error) {
    const isEnded = error instanceof Error && 'killed' in error && error.killed === true
    if (!isEnded) throw error
    return { asExpected: true, what: 'never comes to an end' }
  }
}
