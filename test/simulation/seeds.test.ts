import { describe, expect, it } from 'vitest'
import {
  calmScenario,
  describeTally,
  drawScenario,
  ed25519Signatures,
  MESSAGENODE_COUNTS,
  runCampaign,
  shortfalls,
  simulateOrExplain,
  VALIDATOR_COUNTS,
} from '../support/simulation/index.js'

/** Fresh seeds every time: a failure prints the one that failed, and the command that replays it. */
const START = Date.now() % 1_000_000_000
const SEEDS = 300
/** Empty blocks that every Messagenode opens before anything happens. */
const SLOTS_AT_LAUNCH = 10

describe('simulation', () => {
  it(`survives ${SEEDS} fresh seeds from ${START} on, and they see enough`, { timeout: 300_000 }, () => {
    const tally = runCampaign({ start: START, seeds: SEEDS, mix: 'mixed' })
    console.log(`from ${START}: ${describeTally(tally)}`)
    expect(shortfalls(tally.counts, SEEDS)).toEqual([])
  })

  it('runs the same seed the same way', () => {
    const digests = [START, START, START + 1].map(
      (seed) => simulateOrExplain(drawScenario(seed), { digest: true }).digest,
    )
    expect(digests[1]).toBe(digests[0])
    expect(digests[2]).not.toBe(digests[0])
  })

  it('runs with real signatures', () => {
    const { counts } = simulateOrExplain(calmScenario(1, 4, 2), { scheme: ed25519Signatures() })
    expect(counts.heights).toBeGreaterThan(0)
  })

  it.each([1, ...VALIDATOR_COUNTS].flatMap((n) => MESSAGENODE_COUNTS.map((m) => [n, m] as const)))(
    'publishes 1 + 3n + 4m messages a block in calm weather (n=%i, m=%i)',
    (n, m) => {
      const { counts } = simulateOrExplain(calmScenario(START, n, m))
      expect(counts.heights).toBeGreaterThan(3)
      expect(counts.roundsAboveZero).toBe(0)
      const launched = SLOTS_AT_LAUNCH * m
      expect(counts.protocolMessages - launched).toBe(counts.heights * (1 + 3 * n + 4 * m))
    },
  )
})
