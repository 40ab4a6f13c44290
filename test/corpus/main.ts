import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'

import {
  type Audited,
  BEHAVIOURS,
  type BehaviourRun,
  matrixOf,
  noHonest,
  ROWS,
  runBehaviour,
  runHonest,
  withHonest,
} from '../support/corpus/index.js'
import { SimulationFailure } from '../support/simulation/index.js'

/**
 * `npm run corpus -- --out DIR [--runs N] [--seed S] [--only TEXT] [--long] [--keep]` writes one archive for each behaviour of the
 * corpus with a manifest, audits each from its file, then N honest networks from seed S on, and prints the confusion
 * matrix. `--only` takes the behaviours whose name has this text; with `--long` honest networks have some hundred heights;
 * `--keep` keeps their archives. Exits with 1 if a behaviour is not found as it must be, or an honest node is accused.
 */
const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    runs: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    long: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
})

/** Honest runs between two words about progress. */
const PROGRESS_EVERY = 25

const out: string = values.out ?? refuse('--out names the folder for the archives')
const honestRuns = wholeNumber(values.runs, 'runs')
const start = wholeNumber(values.seed, 'seed')
await mkdir(out, { recursive: true })

const runs: BehaviourRun[] = []
for (const behaviour of BEHAVIOURS.filter(({ name }) => name.includes(values.only))) {
  const run = await runBehaviour(out, behaviour)
  runs.push(run)
  console.error(`${run.isRight ? 'right' : 'WRONG'}  ${behaviour.name}: ${toldOf(run)}`)
}
await writeFile(
  join(out, 'manifest.json'),
  `${JSON.stringify(await Promise.all(runs.map(entryOf)), null, 2)}\n`,
)

let honest = noHonest()
const wrong: string[] = []
for (let seed = start; seed < start + honestRuns; seed++) {
  const run = await runOrTell(seed)
  if (!run) continue
  honest = withHonest(honest, run)
  if (!run.report.clean) {
    wrong.push(`honest network of seed ${seed}: ${toldOf(run)}`)
    console.error(`WRONG  ${wrong.at(-1)}`)
  } else if (!values.keep) await rm(run.file)
  if (honest.runs % PROGRESS_EVERY === 0) {
    console.error(`${honest.runs} of ${honestRuns} honest networks, ${wrong.length} accused`)
  }
}
console.log(matrixOf(runs, honest))
process.exitCode = wrong.length > 0 || runs.some(({ isRight }) => !isRight) ? 1 : 0

/** A network that its own checkers stopped gives no archive; it counts as wrong, and the others go on. */
async function runOrTell(seed: number): Promise<Audited | null> {
  try {
    return await runHonest(out, seed, values.long)
  } catch (error) {
    if (!(error instanceof SimulationFailure)) throw error
    wrong.push(`honest network of seed ${seed}: ${error.message}`)
    console.error(`STOPPED  ${wrong.at(-1)}`)
    return null
  }
}

function toldOf({ seed, found, unjust }: Audited): string {
  const told = found.length === 0 ? 'nothing found' : found.join(', ')
  return `${told} (seed ${seed})${unjust.map((each) => `; unjust: ${each}`).join('')}`
}

async function entryOf({ behaviour, file, seed, bytes, report }: BehaviourRun): Promise<object> {
  return {
    file: basename(file),
    behaviour: behaviour.name,
    row: behaviour.row,
    title: ROWS[behaviour.row],
    expected: behaviour.expected && { code: behaviour.expected[0], grade: behaviour.expected[1] },
    traitors: Object.keys(behaviour.traitors),
    seed,
    bytes,
    sha256: createHash('sha256')
      .update(await readFile(file))
      .digest('hex'),
    findings: report.findings.map(({ code, grade, culprits }) => ({
      code,
      grade,
      culprits: culprits.map(({ name, role }) => ({ name, role })),
    })),
  }
}

function wholeNumber(text: string, name: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : refuse(`--${name} takes a whole number, not ${text}`)
}

function refuse(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}
