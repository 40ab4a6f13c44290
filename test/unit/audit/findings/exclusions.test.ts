import { describe, expect, it } from 'vitest'
import { Accuser } from '../../../../src/audit/findings/accuser.js'
import { Exclusions } from '../../../../src/audit/findings/exclusions.js'
import { Findings } from '../../../../src/audit/findings/finding.js'
import { Library } from '../../../../src/audit/reading/library.js'
import { lawOf } from '../../../../src/protocol/index.js'
import { type Block, commitVote, committed, Scene } from '../../../support/protocol/index.js'

const HEIGHTS = 40

/** Commit certificates of two Messagenodes over many heights, all validators having voted. */
const play = (signersOf: (messagenode: number, height: number) => number[]) => {
  const scene = new Scene({ messagenodes: 2 })
  const law = lawOf(scene.network, scene.cast.scheme.verify)
  const exclusions = new Exclusions(law)
  let block: Block = scene.genesis
  for (let height = 1; height <= HEIGHTS; height++) {
    block = scene.block(block, scene.lane(0))
    const votes = [0, 1, 2, 3].map((index) => commitVote(scene, index, block))
    const certificates = [0, 1].map((by) => committed(scene, block, { by, signers: signersOf(by, height) }))
    exclusions.takeCertificates({ votes, certificates })
  }
  const findings = new Findings()
  exclusions.accuse(new Accuser(law, new Library([]), findings))
  return { scene, findings: findings.sorted(), facts: exclusions.facts() }
}

/** Another validator is left out each time. */
const turning = (height: number): number[] => [0, 1, 2, 3].filter((index) => index !== height % 4)

describe('votes that certificates leave out', () => {
  it('are evident against the Messagenode that never counts a validator, while others do', () => {
    const { scene, findings } = play((by, height) => (by === 0 ? [1, 2, 3] : turning(height)))
    expect(findings).toMatchObject([
      {
        code: 'vote-exclusion',
        grade: 'evident',
        culprits: [{ owner: scene.messagenode(0).id, role: 'commit-counter' }],
        count: HEIGHTS,
        facts: {
          validator: scene.validator(0).name,
          stage: 'commit',
          trials: HEIGHTS,
          rate: 1,
          expected: 11 / 42,
        },
      },
    ])
  })

  it('are nobody’s fault where all leave out the same one, or each another', () => {
    expect(play(() => [0, 1, 2]).findings).toEqual([])
    const { scene, findings, facts } = play((_by, height) => turning(height))
    expect(findings).toEqual([])
    expect(facts).toHaveLength(8)
    const isLast = ({ validator }: { validator: string }): boolean => validator === scene.validator(3).name
    expect(facts.filter((each) => !isLast(each)).every(({ excluded }) => excluded === HEIGHTS / 4)).toBe(true)
    expect(facts.filter(isLast).every(({ trials, excluded }) => trials === 30 && excluded === 0)).toBe(true)
  })

  it('are what the rule asks for where the signers have the lowest indices', () => {
    expect(play((by, height) => (by === 0 ? [0, 1, 2] : turning(height))).findings).toEqual([])
  })
})

describe('a lane that proposals leave out', () => {
  it('is evident against the assembler that never takes of it, while others do', () => {
    const scene = new Scene({ messagenodes: 2 })
    const law = lawOf(scene.network, scene.cast.scheme.verify)
    const exclusions = new Exclusions(law)
    for (let height = 0; height < HEIGHTS; height++) {
      exclusions.takeLane(scene.messagenode(0).id, 2, true)
      exclusions.takeLane(scene.messagenode(1).id, 2, height % 10 === 0)
    }
    const findings = new Findings()
    exclusions.accuse(new Accuser(law, new Library([]), findings))
    expect(findings.sorted()).toMatchObject([
      { code: 'lane-exclusion', culprits: [{ owner: scene.messagenode(0).id, role: 'block-assembler' }] },
    ])
  })
})
