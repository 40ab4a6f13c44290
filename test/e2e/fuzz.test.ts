import { expect, it } from 'vitest'

import { fuzz, TARGETS } from '../fuzz/run.js'

/** The quick form of `npm run fuzz`: fresh cases each time, by a seed that is printed. */
const RUNS = 60
const seed = Date.now() % 2 ** 31

it.each(TARGETS.map((target) => [target.name, target] as const))(
  '%s answer anything by a verdict or a code',
  async (name, target) => {
    console.log(`fuzz ${name}: seed ${seed}, ${RUNS} cases`)
    await expect(fuzz(target, { seed, runs: RUNS })).resolves.toBeUndefined()
  },
)
