import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { CHAPTERS, MUTANTS } from './catalogue.js'
import type { Mutant } from './mutant.js'
import { PatchedProject } from './patched-project.js'
import { tableOf } from './table.js'

/**
 * `npm run mutants [-- --only WORDS]` takes each clause out of a copy of the sources, runs the test file that is named
 * for it, and requires the named test to fail. `--simulator` runs the simulator with it instead, and requires of the
 * mutants marked so that they are found; `--histories SECONDS [--seed N]` does with its histories alone, from that seed
 * and so long for each at most. `--marked seeds` takes only those marked so. `--table` prints the tables of docs/reliability.md.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    simulator: { type: 'boolean', default: false },
    histories: { type: 'string' },
    seed: { type: 'string', default: '1' },
    marked: { type: 'string', default: '' },
    table: { type: 'boolean', default: false },
  },
})

/** Beside what it is told to take for histories. */
const SIMULATOR_LIMIT_MS = 120_000

if (values.table) for (const chapter of CHAPTERS) console.log(tableOf(chapter).join('\n'))
else if (values.simulator || values.histories !== undefined)
  await tryAll(
    MUTANTS.filter(({ simulated }) => simulated !== 'outside'),
    inSimulator,
  )
else await inTests()

/** What became of a mutant, and whether that is what the catalogue says. */
interface Outcome {
  readonly asExpected: boolean
  readonly what: string
}

async function tryAll(
  mutants: readonly Mutant[],
  attempt: (mutant: Mutant) => Promise<Outcome>,
): Promise<void> {
  const chosen = mutants.filter(
    ({ clause, without, simulated }) =>
      `${clause}: ${without}`.includes(values.only) && simulated.startsWith(values.marked),
  )
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

/** Histories need not find what other parts of the simulator do. */
function isSureToBeFound({ simulated }: Mutant): boolean {
  return values.histories === undefined || simulated === 'histories'
}

/** In a process of its own: each mutant brings a copy of the whole core, and some never come to an end. */
async function inSimulator(mutant: Mutant): Promise<Outcome> {
  const script = fileURLToPath(new URL('./simulator.ts', import.meta.url))
  const place = String(MUTANTS.indexOf(mutant))
  try {
    const timeout = SIMULATOR_LIMIT_MS + 1_000 * Number(values.histories ?? 0)
    const histories = values.histories === undefined ? [] : [values.histories, values.seed]
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', script, place, ...histories],
      { timeout, killSignal: 'SIGKILL' },
    )
    const what = stdout.trim()
    return { asExpected: what !== 'survives' || !isSureToBeFound(mutant), what }
  } catch (error) {
    const isEnded = error instanceof Error && 'killed' in error && error.killed === true
    if (!isEnded) throw error
    return { asExpected: true, what: 'never comes to an end' }
  }
}
