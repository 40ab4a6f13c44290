import { describe, expect, it } from 'vitest'

import { openArchive } from '../../src/archive/index.js'
import {
  BEHAVIOURS,
  hasPython,
  opinionsOn,
  ROWS,
  type BehaviourRun,
  fileNameOf,
  runBehaviour,
  runHonest,
} from '../support/corpus/index.js'
import { MESSAGENODE_MANNERS, VALIDATOR_MANNERS } from '../support/simulation/manners/index.js'
import { temporaryDirectory } from '../support/temporary.js'

/** `AUDIT_LONG=1` does what only long networks show as well. */
const TRIED = BEHAVIOURS.filter(({ isLong }) => !isLong || process.env['AUDIT_LONG'] === '1')

/**
 * The confusion matrix in its quick form (docs/auditing.md): every behaviour of the corpus is done once, written into an
 * archive, and must be found there with its own code and grade, and nobody else accused; and the program in
 * examples/verifier must think of every proof what we do. `npm run corpus` tries more.
 */
const directory = temporaryDirectory

if (!hasPython) console.warn('audited: no opinion of a stranger on the proofs, there is no python3')

const outcomeOf = ({ found, unjust, isRight }: BehaviourRun): object => ({ found, unjust, isRight })

describe('an audit of the archive that the honest nodes give', () => {
  it.each(TRIED.map((behaviour) => [behaviour.name, behaviour] as const))(
    'tells of %s',
    async (_name, behaviour) => {
      const run = await runBehaviour(await directory(), behaviour)
      expect(outcomeOf(run)).toMatchObject({ isRight: true, unjust: [] })
      if (behaviour.expected === null) expect(run.found).toEqual([])
      else expect(run.found).toContain(behaviour.expected.join(' '))
      if (!hasPython) return
      const opinions = await opinionsOn(run)
      expect(opinions.filter(({ ours, theirs }) => ours !== theirs)).toEqual([])
      const proved = run.report.findings.filter(({ proof }) => proof !== null)
      expect(opinions.filter(({ theirs }) => theirs).length).toBeGreaterThanOrEqual(proved.length)
    },
  )

  it('gives votes that are missing as a fact', async () => {
    const unsealing = BEHAVIOURS.find(({ name }) => name === 'unsealing (v0)')
    if (!unsealing) throw new RangeError('validators may leave out seals')
    const { report } = await runBehaviour(await directory(), unsealing)
    const { height } = report.replay
    expect(height).toBeGreaterThan(0)
    expect(report.facts.votes.filter(({ missed }) => missed === height)).toMatchObject([{ stage: 'seal' }])
  })
})

describe('the corpus', () => {
  it('has each row of section 8, and each manner of the simulator', () => {
    expect(new Set(BEHAVIOURS.map(({ row }) => String(row)))).toEqual(new Set(Object.keys(ROWS)))
    const names = new Set(BEHAVIOURS.map(({ name }) => name))
    const manners = [
      ...Object.keys(VALIDATOR_MANNERS).map((name) => `${name} (v0)`),
      ...Object.keys(MESSAGENODE_MANNERS).map((name) => `${name} (m0)`),
    ]
    expect(manners.filter((name) => !names.has(name))).toEqual([])
    expect(new Set(BEHAVIOURS.map(fileNameOf)).size).toBe(BEHAVIOURS.length)
  })

  it('consists of archives that anyone can open', async () => {
    const [behaviour] = BEHAVIOURS
    if (!behaviour) throw new RangeError('there are behaviours')
    const { file, report } = await runBehaviour(await directory(), behaviour)
    const archive = await openArchive(file)
    await archive.verify()
    expect(archive.messageCount).toBe(report.messages)
    expect(archive.replicas).toHaveLength(5)
    await archive.close()
  })
})

const START = Number(process.env['AUDIT_SEED'] ?? 1)
/** `AUDIT_RUNS=400 AUDIT_SEED=1000 npx vitest run test/simulation/audited.test.ts` tries more of them. */
const RUNS = Number(process.env['AUDIT_RUNS'] ?? 6)

describe('an audit of honest nodes on bad links', () => {
  it(`is clean, of ${RUNS} runs from seed ${START}`, { timeout: 3_600_000 }, async () => {
    let heights = 0
    for (let seed = START; seed < START + RUNS; seed++) {
      const { report } = await runHonest(await directory(), seed)
      expect([seed, report.clean, report.findings]).toEqual([seed, true, []])
      heights += report.replay.height
    }
    expect(heights).toBeGreaterThan(RUNS)
  })
})
