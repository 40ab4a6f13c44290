import { describe, expect, it } from 'vitest'
import { silent } from '../support/simulation/manners/index.js'
import { treasonOf } from '../support/simulation/faults/index.js'
import { calmScenario, simulateOrExplain } from '../support/simulation/index.js'
import type { Scenario } from '../support/simulation/index.js'

/**
 * Every hop takes longer than the first timeouts, the clocks of some run twice as fast as those of others, and one
 * validator is missing, so that all the others are needed.
 */
const slowScenario: Scenario = {
  ...calmScenario(1, 5, 1),
  parameters: { roundTimeout: { minMs: 50, maxMs: 10_000, initialMs: 100 } },
  workload: { messages: 40, untilMs: 100_000, batch: 1, failing: 0, repeated: 0, junk: 0 },
  slowness: new Map([['m0', 150]]),
  clocks: new Map(['v1', 'v2'].map((name) => [name, { offsetMs: 0, rate: 2 }])),
  faults: [treasonOf('v0', silent)],
}

describe('round timers', () => {
  it('learn from rounds that were left too early, so that a slow network soon needs fewer of them', () => {
    const { counts, recoveryMs } = simulateOrExplain(slowScenario)
    expect(counts.heights).toBeGreaterThan(15)
    expect(counts.roundsAboveZero).toBeGreaterThan(0)
    expect(counts.roundsAboveZero).toBeLessThan(2 * counts.heights)
    expect(recoveryMs).toBeLessThan(30_000)
  })
})
