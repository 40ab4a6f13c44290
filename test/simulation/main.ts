import { parseArgs } from 'node:util'
import {
  addCounts,
  describeCounts,
  drawScenario,
  ed25519Signatures,
  noCounts,
  simulateOrExplain,
} from '../support/simulation/index.js'

/**
 * `npm run simulate -- --seeds N [--start S]` runs N seeds and counts; `--seed S [--trace]` replays one.
 * `--ed25519` signs for real, `--keep-going` counts failures instead of stopping at the first.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '100' },
    start: { type: 'string' },
    trace: { type: 'boolean', default: false },
    ed25519: { type: 'boolean', default: false },
    'keep-going': { type: 'boolean', default: false },
  },
})

const wholeNumber = (text: string, name: string): number => {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  console.error(`--${name} takes a whole number, not ${text}`)
  process.exit(1)
}

const scheme = values.ed25519 ? { scheme: ed25519Signatures() } : {}
const start = wholeNumber(values.seed ?? values.start ?? String(Date.now() % 1e9), 'start')
const count = values.seed === undefined ? wholeNumber(values.seeds, 'seeds') : 1
const options = values.trace ? { ...scheme, print: (line: string) => console.log(line) } : scheme

const total = noCounts()
const began = performance.now()
let failures = 0
let longestRecoveryMs = 0
for (let done = 0; done < count; done++) {
  try {
    const { counts, digest, recoveryMs } = simulateOrExplain(drawScenario(start + done), options)
    addCounts(total, counts)
    longestRecoveryMs = Math.max(longestRecoveryMs, recoveryMs)
    if (count === 1) console.log(`digest ${digest}`)
  } catch (error) {
    failures++
    console.error(error instanceof Error ? error.message : error)
    if (!values['keep-going']) break
  }
  if ((done + 1) % 20 === 0) console.error(`${done + 1} of ${count} seeds, ${seconds()} s`)
}
console.log(
  `seeds ${count} from ${start}, failures ${failures}, ${describeCounts(total)}, ` +
    `longest recovery ${Math.round(longestRecoveryMs)} virtual ms, ${seconds()} s`,
)
process.exitCode = failures > 0 ? 1 : 0

function seconds(): string {
  return ((performance.now() - began) / 1_000).toFixed(1)
}
