import { describe, expect, it } from 'vitest'
import { forkedLanes } from '../support/simulation/faults/index.js'
import { calmScenario, simulateOrExplain, VALIDATOR_COUNTS } from '../support/simulation/index.js'

describe('a lane with two branches', () => {
  it.each(VALIDATOR_COUNTS.flatMap((n) => [1, 2].map((seed) => [n, seed] as const)))(
    'is frozen, then closed by the chain, which goes on without it (n=%i, seed %i)',
    (n, seed) => {
      const { counts } = simulateOrExplain({
        ...calmScenario(seed, n, 3),
        faults: [forkedLanes(['v0'])],
        faultsUntilMs: 2_000,
      })
      expect(counts.frozenLanes).toBe(1)
      expect(counts.closedLanes).toBe(1)
      expect(counts.heights).toBeGreaterThan(3)
    },
  )
})
