import { describe, expect, it } from 'vitest'
import { consequences } from '../../../../src/node/evidence/consequences.js'
import { lawOf, makeEvidence } from '../../../../src/protocol/index.js'
import { EVIDENCE_CASES, type EvidenceCase, SignedScene } from '../../../support/evidence/index.js'

/** What a node halts with after a proof, as the member convicted or as a member of no part in it. */
const haltsAfter = ({ code, messages }: EvidenceCase, isConvicted: boolean): readonly string[] => {
  const scene = new SignedScene()
  const law = lawOf(scene.network, scene.cast.scheme.verify)
  const evidence = makeEvidence(
    law,
    code,
    messages(scene).map((message) => scene.classic(message)),
  )
  if (evidence.verdict !== 'accept') throw new Error(evidence.code)
  const { proof, culprits, facts, keys } = evidence
  const guilty = culprits.map(({ owner }) => owner)
  const members = [...scene.network.genesis.validators, ...scene.network.genesis.messagenodes]
  const self = members.find(({ id }) => guilty.includes(id) === isConvicted)
  if (!self) throw new RangeError('a member of either kind')
  const halts: string[] = []
  consequences({
    network: scene.network,
    self: self.id,
    roles: new Map(),
    tell: () => undefined,
    forked: () => undefined,
    halt: (reason) => void halts.push(reason),
    isClosed: () => false,
    submit: null,
  }).heed(
    { hash: proof.chainId, finding: { code, grade: 'proof', culprits, messages: keys, facts }, proof },
    true,
  )
  return halts
}

const caseOf = (code: string): EvidenceCase => {
  const found = EVIDENCE_CASES.find((candidate) => candidate.code === code && candidate.guilty !== null)
  if (!found) throw new RangeError(`no case of ${code}`)
  return found
}

describe('a node that is convicted', () => {
  it.each([
    ['feed-fork', ['own-key-equivocated']],
    ['double-precommit', ['own-key-equivocated']],
    ['double-commit', ['own-key-equivocated']],
    ['double-seal', ['own-key-equivocated']],
    ['commit-and-skip', ['own-key-equivocated']],
    ['double-proposal', ['own-key-equivocated']],
    ['conflicting-certificates', ['own-key-equivocated']],
    ['height-backwards', ['own-key-equivocated']],
    ['wrong-results', ['diverged-execution']],
    ['wrong-state-root', ['diverged-state']],
    ['junk', []],
    ['bad-certificate', []],
  ])('of %s halts with %j, and nobody else does', (code, halts) => {
    expect(haltsAfter(caseOf(code), true)).toEqual(halts)
    expect(haltsAfter(caseOf(code), false)).toEqual([])
  })
})
