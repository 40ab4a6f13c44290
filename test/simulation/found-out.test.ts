import { describe, expect, it } from 'vitest'
import { type EvidenceCode, verifyEvidence } from '../../src/protocol/index.js'
import type { Manner } from '../support/simulation/behaviour.js'
import { busyScenario, SMALL } from '../support/simulation/busy-scenario.js'
import { treasonOf } from '../support/simulation/faults/index.js'
import { ed25519Signatures, simulateOrExplain } from '../support/simulation/index.js'
import { MESSAGENODE_MANNERS, VALIDATOR_MANNERS } from '../support/simulation/manners/index.js'
import { type Found, nothingFound, watched } from '../support/simulation/watchers.js'

/** What a stranger can check with the network file alone, after any one correct node's watch found it. */
const PROVED: Readonly<Record<string, EvidenceCode>> = {
  commitAndSkip: 'commit-and-skip',
  doublePrecommit: 'double-precommit',
  doubleCommit: 'double-commit',
  doubleSeal: 'double-seal',
  wrongResults: 'wrong-results',
  wrongStateRoot: 'wrong-state-root',
  replayFromNetwork: 'bad-vote',
  replayFromEpoch: 'bad-vote',
  replayFromHeight: 'bad-vote',
  replayFromStage: 'bad-vote',
  junk: 'junk',
  wrongFeed: 'wrong-feed',
  overLimit: 'junk',
  forkedLane: 'feed-fork',
  forkedRoleFeed: 'feed-fork',
  forgedSigner: 'bad-certificate',
  belowThreshold: 'bad-certificate',
  duplicateSigner: 'bad-certificate',
  unsortedSigners: 'bad-certificate',
  unregisteredSigner: 'bad-certificate',
  wrongMerkleRoot: 'bad-certificate',
  wrongValue: 'bad-certificate',
  outOfTurn: 'out-of-turn',
  doubleProposal: 'double-proposal',
  laggingHave: 'have-behind-seen',
  wrongEmptyBlock: 'wrong-empty-block',
  slotGap: 'slot-gap',
}

/** What needs the lanes beside the message to be judged: whoever holds them refuses it, and says why. */
const REFUSED: Readonly<Record<string, string>> = {
  wrongCutRoot: 'wrong-cut-root',
  wrongTransactionRoot: 'wrong-tx-root',
  wrongBlockId: 'wrong-block-id',
  wrongParent: 'wrong-parent',
  unfair: 'unfair-cut',
  cutBackwards: 'cut-backwards',
  overCapacity: 'unfair-cut',
  staleBase: 'unjustified-base',
  unjustifiedBase: 'unjustified-base',
}

/** All of these look like a slow network or a full disk, to anyone (protocol section 8, grades E and N). */
const HIDDEN = [
  'silent',
  'forgetful',
  'unsealing',
  'selective',
  'withholding',
  'hoarding',
  'secretive',
  'oversized',
  'twoInOneSlot',
]

const SCHEME = ed25519Signatures()

/** Links slower than the timers allow for: rounds are left before they can succeed, which is when a base matters. */
const SLOW_LINK = { leastMs: 2, meanMs: 15, lossProbability: 0.05, lossMs: 150 }
const SHORT_TIMERS = { minMs: 20, maxMs: 60, initialMs: 20 }

const betrayed = (traitor: string, manner: Manner, seed: number): Found => {
  const found = nothingFound()
  const faults = [treasonOf(traitor, manner), watched(found)]
  const busy = busyScenario(SMALL, seed, faults)
  const profile = { ...busy.profile, link: SLOW_LINK }
  const parameters = { ...busy.parameters, roundTimeout: SHORT_TIMERS }
  const scenario = seed % 2 === 0 ? { ...busy, profile, parameters } : busy
  // Real signatures are slow.
  const workload = { ...scenario.workload, messages: 16, untilMs: 500 }
  simulateOrExplain({ ...scenario, workload, faultsUntilMs: 500 }, { scheme: SCHEME })
  return found
}

/** Verifies every proof as a stranger would: from its JSON, with nothing but the network. */
const verified = ({ world, proofs }: Found, traitor: string): EvidenceCode[] =>
  proofs.map((proof) => {
    if (!world) throw new Error('nothing was watched')
    const evidence = verifyEvidence(world.cast.network, JSON.parse(JSON.stringify(proof)), SCHEME.verify)
    if (evidence.verdict !== 'accept') throw new Error(`a proof that is refused: ${evidence.code}`)
    for (const { owner } of evidence.culprits) expect(world.nodeOf(owner)?.name).toBe(traitor)
    return evidence.code
  })

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]

describe.each([
  ['v0', VALIDATOR_MANNERS],
  ['m0', MESSAGENODE_MANNERS],
] as const)('what %s does', (traitor, manners) => {
  const named = Object.entries(manners)

  it.each(named.filter(([name]) => name in PROVED))('is proved to anyone: %s', (name, manner) => {
    const codes = new Set<string>()
    for (const seed of SEEDS) {
      for (const code of verified(betrayed(traitor, manner, seed), traitor)) codes.add(code)
      if (codes.has(PROVED[name] ?? '')) break
    }
    expect([...codes]).toContain(PROVED[name])
  })

  it.each(named.filter(([name]) => name in REFUSED))('is refused with a reason: %s', (name, manner) => {
    const codes = new Set<string>()
    for (const seed of SEEDS) {
      const found = betrayed(traitor, manner, seed)
      verified(found, traitor)
      for (const code of found.refused.get(traitor) ?? []) codes.add(code)
      if (codes.has(REFUSED[name] ?? '')) break
    }
    expect([...codes]).toContain(REFUSED[name])
  })

  it.each(named.filter(([name]) => HIDDEN.includes(name)))(
    'proves nothing against anyone: %s',
    (_name, manner) => {
      expect(verified(betrayed(traitor, manner, 1), traitor)).toEqual([])
    },
  )

  it('is told of in one of these ways', () => {
    const told = [...Object.keys(PROVED), ...Object.keys(REFUSED), ...HIDDEN]
    expect(named.map(([name]) => name).filter((name) => !told.includes(name))).toEqual([])
  })
})
