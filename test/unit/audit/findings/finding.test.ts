import { describe, expect, it } from 'vitest'
import { type AuditFinding, AUDIT_CODES, describeFinding } from '../../../../src/audit/index.js'
import { EXPECTED } from '../../../../src/audit/findings/codes.js'
import { Findings } from '../../../../src/audit/findings/finding.js'
import { EVIDENCE_CODES } from '../../../../src/protocol/index.js'
import { Scene } from '../../../support/protocol/index.js'

const scene = new Scene()
const finding = (changes: Partial<AuditFinding>, validator = 0): AuditFinding => ({
  code: 'late-votes',
  grade: 'evident',
  culprits: [{ owner: scene.validator(validator).id, name: 'some', role: 'sealer' }],
  messages: [],
  height: 7,
  expected: '',
  count: 1,
  facts: {},
  proof: null,
  ...changes,
})

describe('the findings of an audit', () => {
  it('are told once for each behaviour and culprit, by the earliest instance, and counted', () => {
    const findings = new Findings()
    for (const height of [9, 3, 5]) findings.add(finding({ height }))
    expect(findings.sorted()).toEqual([finding({ height: 3, count: 3 })])
  })

  it('are told as proved where one instance is, however late', () => {
    const [evident, proved] = [finding({ height: 3 }), finding({ height: 9, grade: 'proof' })]
    for (const order of [
      [evident, proved],
      [proved, evident],
    ]) {
      const findings = new Findings()
      for (const each of order) findings.add(each)
      expect(findings.sorted()).toEqual([proved])
    }
  })

  it('are sorted in one way, whatever the order in which they come', () => {
    const given = [
      finding({ code: 'junk', grade: 'proof' }),
      finding({}, 1),
      finding({}, 2),
      finding({ code: 'censorship', culprits: [], facts: { lane: 1 } }),
      finding({ code: 'censorship', culprits: [], facts: { lane: 2 } }),
    ]
    const sorted = (order: readonly AuditFinding[]) => {
      const findings = new Findings()
      for (const each of order) findings.add(each)
      return findings.sorted()
    }
    expect(sorted(given)).toHaveLength(5)
    expect(sorted([...given].reverse())).toEqual(sorted(given))
    expect(sorted(given)[0]?.code).toBe('junk')
  })

  it('are described by every code', () => {
    const codes = [...Object.keys(AUDIT_CODES), ...Object.keys(EVIDENCE_CODES)].sort()
    expect(Object.keys(EXPECTED).sort()).toEqual(codes)
    for (const code of Object.keys(EXPECTED))
      expect(describeFinding(code as keyof typeof EXPECTED)).not.toBe('')
  })
})
