import { describe, expect, it } from 'vitest'
import { busyScenario, LARGE, SMALL } from '../support/simulation/busy-scenario.js'
import { partitions, twinsApart } from '../support/simulation/faults/index.js'
import {
  ed25519Signatures,
  hashedSignatures,
  type SignatureScheme,
  simulateOrExplain,
} from '../support/simulation/index.js'
import { type Found, nothingFound, watched } from '../support/simulation/watchers.js'
import { verifyEvidence } from '../../src/protocol/index.js'

/** Two honest nodes with the same keys, as from a copied disk: between them they sign two of everything. */
const twinned = (
  size: typeof LARGE,
  seed: number,
  twins: readonly string[],
  scheme: SignatureScheme,
): Found => {
  const found = nothingFound()
  const scenario = busyScenario(size, seed, [twinsApart, partitions(1), watched(found)])
  const workload = { ...scenario.workload, messages: 16, untilMs: 500 }
  // On one clock, twins that are told the same say the same.
  const clocks = new Map(twins.map((name) => [`${name}'`, { offsetMs: 4_321, rate: 1.1 }]))
  simulateOrExplain({ ...scenario, workload, clocks, faultsUntilMs: 500, twins }, { scheme })
  return found
}

/** Verifies every proof as a stranger would; returns how many there are. */
const expectOnlyTwins = ({ world, proofs }: Found, twins: readonly string[], scheme: SignatureScheme) => {
  for (const proof of proofs) {
    const evidence = world && verifyEvidence(world.cast.network, proof, scheme.verify)
    expect(evidence?.verdict).toBe('accept')
    for (const { owner } of proof.culprits) expect(twins).toContain(world?.nodeOf(owner)?.name)
  }
  return proofs.length
}

const START = Date.now() % 1_000_000_000
const ED25519 = ed25519Signatures()

describe.each([
  ['a validator', SMALL, ['v0']],
  ['a Messagenode', LARGE, ['m0']],
  ['as many as may be traitors', LARGE, ['v0', 'v3', 'm1', 'm2']],
] as const)('twins of %s', (_what, size, twins) => {
  it('are proved to be twins, to anyone', () => {
    const proofs = [1, 2, 3, 4].map((seed) =>
      expectOnlyTwins(twinned(size, seed, twins, ED25519), twins, ED25519),
    )
    expect(Math.max(...proofs)).toBeGreaterThan(0)
  })

  it(`are harmless, and nobody else is accused (10 seeds from ${START})`, () => {
    for (let seed = START; seed < START + 10; seed++) {
      expectOnlyTwins(twinned(size, seed, twins, hashedSignatures), twins, hashedSignatures)
    }
  })
})
