import { describe, expect, it } from 'vitest'
import type { AuditCode, AuditReport, Grade } from '../../src/audit/index.js'
import { verifyEvidence } from '../../src/protocol/index.js'
import { auditOf, worldOf } from '../support/audit/index.js'
import type { Manner } from '../support/simulation/behaviour.js'
import { busyScenario, SMALL } from '../support/simulation/busy-scenario.js'
import { treasonOf } from '../support/simulation/faults/index.js'
import { drawScenario, type Scenario } from '../support/simulation/index.js'
import { MESSAGENODE_MANNERS, VALIDATOR_MANNERS } from '../support/simulation/manners/index.js'
import type { World } from '../support/simulation/world.js'

/**
 * The confusion matrix in its quick form (docs/auditing.md): every way in which a traitor of the simulator breaks the
 * rules, with the code and grade by which an audit of the honest nodes' feeds must find it.
 */
const FOUND: Readonly<Record<string, readonly [AuditCode, Grade]>> = {
  commitAndSkip: ['commit-and-skip', 'proof'],
  doublePrecommit: ['double-precommit', 'proof'],
  doubleCommit: ['double-commit', 'proof'],
  doubleSeal: ['double-seal', 'proof'],
  wrongStateRoot: ['wrong-state-root', 'proof'],
  wrongResults: ['wrong-results', 'proof'],
  replayFromNetwork: ['bad-vote', 'proof'],
  replayFromEpoch: ['bad-vote', 'proof'],
  replayFromHeight: ['bad-vote', 'proof'],
  replayFromStage: ['bad-vote', 'proof'],
  junk: ['junk', 'proof'],
  wrongFeed: ['wrong-feed', 'proof'],
  overLimit: ['junk', 'proof'],
  forkedLane: ['feed-fork', 'proof'],
  forkedRoleFeed: ['feed-fork', 'proof'],
  forgedSigner: ['bad-certificate', 'proof'],
  belowThreshold: ['bad-certificate', 'proof'],
  duplicateSigner: ['bad-certificate', 'proof'],
  unsortedSigners: ['bad-certificate', 'proof'],
  unregisteredSigner: ['bad-certificate', 'proof'],
  wrongMerkleRoot: ['bad-certificate', 'proof'],
  wrongValue: ['bad-certificate', 'proof'],
  twoInOneSlot: ['repeated-certificate', 'evident'],
  wrongCutRoot: ['invalid-proposal', 'proof'],
  wrongTransactionRoot: ['invalid-proposal', 'proof'],
  wrongBlockId: ['invalid-proposal', 'proof'],
  wrongParent: ['invalid-proposal', 'proof'],
  staleBase: ['invalid-proposal', 'proof'],
  unjustifiedBase: ['invalid-proposal', 'proof'],
  unfair: ['invalid-proposal', 'evident'],
  cutBackwards: ['invalid-proposal', 'evident'],
  overCapacity: ['invalid-proposal', 'evident'],
  outOfTurn: ['out-of-turn', 'proof'],
  doubleProposal: ['double-proposal', 'proof'],
  laggingHave: ['have-behind-seen', 'proof'],
  wrongEmptyBlock: ['wrong-empty-block', 'proof'],
  slotGap: ['slot-gap', 'proof'],
}

/** What looks like a slow network, to anyone: facts, and no finding. */
const UNFOUND = [
  'silent',
  'forgetful',
  'unsealing',
  'selective',
  'withholding',
  'hoarding',
  'secretive',
  'oversized',
]

/** Links slower than the timers allow for: rounds are left before they can succeed, which is when a base matters. */
const slowed = (scenario: Scenario): Scenario => ({
  ...scenario,
  profile: { ...scenario.profile, link: { leastMs: 2, meanMs: 15, lossProbability: 0.05, lossMs: 150 } },
  parameters: { ...scenario.parameters, roundTimeout: { minMs: 20, maxMs: 60, initialMs: 20 } },
})

const betrayed = (traitor: string, manner: Manner, seed: number): World => {
  const busy = busyScenario(SMALL, seed, [treasonOf(traitor, manner)])
  const workload = { ...busy.workload, messages: 16, untilMs: 500 }
  return worldOf({ ...(seed % 2 === 0 ? slowed(busy) : busy), workload, faultsUntilMs: 500 })
}

const namesOf = (world: World, correct: boolean): readonly string[] =>
  world.nodes.filter(({ behaviour }) => behaviour.correct === correct).map(({ name }) => name)

/** Every finding names traitors only, and every proof convinces a stranger. */
const expectJust = (world: World, { findings }: AuditReport, accusable: readonly string[]): void => {
  const { cast } = world
  for (const { code, grade, culprits, proof } of findings) {
    const accused = culprits.map(({ owner }) => world.nodeOf(owner)?.name)
    expect([code, accused.filter((name) => !accusable.includes(name ?? ''))]).toEqual([code, []])
    expect(grade === 'proof').toBe(proof !== null)
    if (!proof) continue
    const verdict = verifyEvidence(cast.network, JSON.parse(JSON.stringify(proof)), cast.scheme.verify)
    expect(verdict.verdict).toBe('accept')
  }
}

const SEEDS = [1, 2, 4, 6, 8]

describe.each([
  ['v0', VALIDATOR_MANNERS],
  ['m0', MESSAGENODE_MANNERS],
] as const)('an audit of the others shows what %s does', (traitor, manners) => {
  const named = Object.entries(manners)

  it.each(named.filter(([name]) => name in FOUND))('%s', async (name, manner) => {
    let told: readonly (readonly [AuditCode, Grade])[] = []
    for (const seed of SEEDS) {
      const world = betrayed(traitor, manner, seed)
      const report = await auditOf(world, namesOf(world, true))
      expectJust(world, report, [traitor])
      told = report.findings.map(({ code, grade }) => [code, grade] as const)
      if (told.some(([code]) => code === FOUND[name]?.[0])) break
    }
    expect(told).toContainEqual(FOUND[name])
  })

  it.each(named.filter(([name]) => UNFOUND.includes(name)))('not: %s', async (_name, manner) => {
    const world = betrayed(traitor, manner, 1)
    const { clean, findings } = await auditOf(world, namesOf(world, true))
    expect({ clean, findings }).toEqual({ clean: true, findings: [] })
  })

  it('is told of in one of these ways', () => {
    const told = [...Object.keys(FOUND), ...UNFOUND]
    expect(named.map(([name]) => name).filter((name) => !told.includes(name))).toEqual([])
  })
})

const START = Number(process.env['AUDIT_SEED'] ?? 1)
/** `AUDIT_RUNS=400 AUDIT_SEED=1000 npx vitest run test/simulation/audited.test.ts` tries more of them. */
const RUNS = Number(process.env['AUDIT_RUNS'] ?? 15)

describe('an audit of honest nodes on bad links', () => {
  it(`is clean, of ${RUNS} runs from seed ${START}`, { timeout: 3_600_000 }, async () => {
    let heights = 0
    for (let seed = START; seed < START + RUNS; seed++) {
      const drawn = drawScenario(seed)
      const faults = drawn.faults.filter(({ name }) => !/treason|forked/.test(name))
      const world = worldOf({ ...drawn, faults, workload: { ...drawn.workload, junk: 0 } })
      const { clean, findings, replay } = await auditOf(world)
      expect([seed, clean, findings]).toEqual([seed, true, []])
      heights += replay.height
    }
    expect(heights).toBeGreaterThan(RUNS)
  })
})
