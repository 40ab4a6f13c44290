import { parseArgs } from 'node:util'
import {
  describeTally,
  drawScenario,
  ed25519Signatures,
  MIXES,
  runCampaign,
  shortfalls,
  simulateOrExplain,
  tallyOf,
} from '../support/simulation/index.js'
import type { Mix, SimulationOptions, Tally } from '../support/simulation/index.js'
import { runInJobs } from './jobs.js'

/**
 * `npm run simulate -- --seeds N [--start S] [--mix mixed|small|large] [--jobs J]` runs N seeds and counts;
 * `--seed S [--trace]` replays one. `--ed25519` signs for real, `--keep-going` counts failures instead of stopping at
 * the first. Exits with 1 after a failure, and if the seeds saw less than they should have.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '100' },
    start: { type: 'string' },
    mix: { type: 'string', default: 'mixed' },
    jobs: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
    ed25519: { type: 'boolean', default: false },
    'keep-going': { type: 'boolean', default: false },
  },
})

/** How often a long run says how far it is. */
const PROGRESS_MS = 5_000

const scheme: SimulationOptions = values.ed25519 ? { scheme: ed25519Signatures() } : {}
const mix = mixOf(values.mix)
if (values.seed === undefined) await runMany()
else replay(wholeNumber(values.seed, 'seed'))

function replay(seed: number): void {
  const print = values.trace ? { print: (line: string) => console.log(line) } : {}
  const outcome = simulateOrExplain(drawScenario(seed, mix), {
    ...scheme,
    ...print,
    digest: true,
  })
  console.log(describeTally(tallyOf(outcome)))
  console.log(`digest ${outcome.digest}`)
}

async function runMany(): Promise<void> {
  const start = wholeNumber(values.start ?? String(Date.now() % 1e9), 'start')
  const seeds = wholeNumber(values.seeds, 'seeds')
  const jobs = wholeNumber(values.jobs, 'jobs')
  const began = performance.now()
  const seconds = (): string => `${((performance.now() - began) / 1_000).toFixed(1)} s`
  let told = began
  const done = (tally: Tally): void => {
    if (performance.now() - told < PROGRESS_MS) return
    told = performance.now()
    console.error(`${tally.seeds} of ${seeds} seeds, ${tally.failures} failures, ${seconds()}`)
  }
  const failed = (error: unknown): void => {
    console.error(error instanceof Error ? error.message : error)
    if (!values['keep-going']) process.exit(1)
  }
  const campaign = { start, seeds, mix, options: scheme, done, failed }
  const tally = await (jobs > 1 ? runInJobs(campaign, jobs, values.ed25519) : runCampaign(campaign))
  const short = shortfalls(tally.counts, seeds)
  for (const sentence of short) console.error(`coverage: ${sentence}`)
  console.log(`from ${start}, ${mix}: ${describeTally(tally)}, ${seconds()}`)
  process.exitCode = tally.failures > 0 || short.length > 0 ? 1 : 0
}

function wholeNumber(text: string, name: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  return refuse(`--${name} takes a whole number, not ${text}`)
}

function mixOf(text: string): Mix {
  return (
    MIXES.find((known) => known === text) ?? refuse(`--mix takes one of ${MIXES.join(', ')}, not ${text}`)
  )
}

function refuse(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}
