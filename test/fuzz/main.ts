// The stack's modules are replaced before anything loads them.
import '../../plugins/shims.js'

import { parseArgs } from 'node:util'

import { fuzz, TARGETS } from './run.js'

/**
 * `npm run fuzz -- [--runs N] [--target decoders|cores|http|rpc] [--seed S [--path P]]`: N cases for each target, and a
 * line that counts. A failure prints the command that sends the same again. Exits with 1 after one, or after anything
 * thrown where nobody catches it.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    target: { type: 'string' },
    path: { type: 'string' },
  },
})

const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed)
const runs = Number(values.runs)
const chosen = TARGETS.filter(({ name }) => values.target === undefined || name === values.target)
for (const target of chosen) {
  const since = performance.now()
  await fuzz(target, { seed, runs, ...(values.path !== undefined && { path: values.path }) })
  const seconds = ((performance.now() - since) / 1000).toFixed(1)
  const heap = Math.round(process.memoryUsage().heapUsed / 2 ** 20)
  console.log(`${target.name}: ${runs} cases, 0 failures, seed ${seed}, ${seconds} s, heap ${heap} MB`)
}
process.exit(0)
