import { describe, expect, it } from 'vitest'
import { calmScenario, simulate, simulateOrExplain } from '../support/simulation/index.js'
import type { Outcome, Scenario, Violation } from '../support/simulation/index.js'
import { crashes, deaths, partitions } from '../support/simulation/faults/index.js'
import { everyEffect, firstAltered } from '../support/simulation/mutants.js'

/** Correct members only, no link slower than the timers, but cut off and crashed as often as anywhere. */
const healthy = (seed: number, messagenodes: number): Scenario => ({
  ...calmScenario(seed, 4, messagenodes),
  workload: { messages: 10, untilMs: 2_000, batch: 1, failing: 0, repeated: 0, junk: 0 },
  faults: [partitions(5), crashes(4)],
  faultsUntilMs: 2_000,
})

/** Work as soon as validators have started. */
const early = (seed: number): Scenario => ({
  ...calmScenario(seed, 4, 1),
  workload: { messages: 10, untilMs: 600, batch: 1, failing: 0, repeated: 0, junk: 0 },
})

/** Every validator is needed, and every hop of one takes longer than the first timers. */
const slow: Scenario = {
  ...early(1),
  parameters: { roundTimeout: { minMs: 60, maxMs: 1_200, initialMs: 65 } },
  slowness: new Map([['v0', 100]]),
  faults: [deaths(['v3'])],
}

const recoveries = (scenarios: readonly Scenario[]): readonly NonNullable<Outcome['recovery']>[] =>
  scenarios.flatMap((scenario) => simulateOrExplain(scenario).recovery ?? [])

describe('recovery after healing', () => {
  it.each([1, 2, 3, 4])('takes correct members at most two rotations (m=%i)', (messagenodes) => {
    const measured = recoveries(Array.from({ length: 10 }, (_, seed) => healthy(seed, messagenodes)))
    expect(measured.length).toBeGreaterThan(2)
    for (const { rotations } of measured) expect(rotations).toBeLessThanOrEqual(2)
  })

  it('waits for timers to grow where every hop takes longer than the first of them', () => {
    const [recovery] = recoveries([slow])
    expect(recovery?.rotations).toBeGreaterThan(8)
    expect(recovery?.longEnough).toBeLessThanOrEqual(2)
  })

  it('is a violation if rounds that were long enough decide nothing', () => {
    const idle = firstAltered(
      'messagenode',
      everyEffect('publish', (effect) => {
        const { draft } = effect
        return draft.type === 'assembled' && draft.round < 24 ? [] : [effect]
      }),
    )
    expect(() => simulate(early(1), { cores: idle })).toThrow(
      expect.objectContaining({ name: 'Violation', code: 'slow-recovery' }) as Violation,
    )
  })
})
