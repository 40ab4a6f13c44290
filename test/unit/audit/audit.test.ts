import { describe, expect, it } from 'vitest'
import {
  audit,
  type AuditReport,
  type FeedSource,
  memorySource,
  type SourceMessage,
} from '../../../src/audit/index.js'
import { verifyEvidence } from '../../../src/protocol/index.js'
import type { FeedMessage } from '../../../src/feeds/index.js'
import { blocksOf, stored } from '../../support/audit/index.js'
import { SignedScene } from '../../support/evidence/index.js'
import { assembled, at, commitVote, committed, sealVote } from '../../support/protocol/index.js'
import { LongChain } from '../../support/audit/index.js'
import { counterApplication } from '../../support/simulation/counter-application.js'

const sourceOf = (scene: SignedScene, messages: readonly FeedMessage[], name = 'one'): FeedSource =>
  memorySource(name, stored(scene, messages))

const auditOf = ({ network, cast }: SignedScene, ...sources: readonly FeedSource[]): Promise<AuditReport> =>
  audit({ network, sources, application: counterApplication, verify: cast.scheme.verify })

const codesOf = ({ findings }: AuditReport) => findings.map(({ code, grade }) => `${code} ${grade}`)

describe('an audit', () => {
  it('executes the chain again and finds nothing where nothing is wrong', async () => {
    const scene = new SignedScene()
    const { messages, last } = blocksOf(scene, 3)
    const report = await auditOf(scene, sourceOf(scene, messages))
    expect(report.findings).toEqual([])
    expect(report.replay).toEqual({
      height: 3,
      stateRoot: last.stateRoot,
      end: 'undecided',
      transactions: 3,
      unjudged: 0,
    })
    expect(report.facts.votes.every(({ given, missed }) => given === 3 && missed === 0)).toBe(true)
    expect(report.clean).toBe(true)
  })

  it('proves to a stranger that one validator voted for other results, and for another state', async () => {
    const scene = new SignedScene()
    const { messages, last } = blocksOf(scene, 1)
    const others = messages.filter(
      ({ author }) =>
        author !== scene.validator(3).roles.sealer && author !== scene.validator(3).roles.committer,
    )
    const lie = new SignedScene()
    const { messages: again } = blocksOf(lie, 1)
    expect(again.map(({ key }) => key)).toEqual(messages.map(({ key }) => key))
    const seal = { ...last, stateRoot: last.value.block }
    const commit = { ...last, value: { ...last.value, xRoot: last.value.block } }
    const fresh = new SignedScene()
    const lies = [commitVote(fresh, 3, commit), sealVote(fresh, 3, seal)]
    const source = memorySource('one', [...stored(scene, others), ...stored(fresh, lies)])
    const report = await auditOf(scene, source)
    expect(codesOf(report)).toEqual(['wrong-results proof', 'wrong-state-root proof'])
    for (const { proof, culprits } of report.findings) {
      expect(culprits.map(({ owner }) => owner)).toEqual([scene.validator(3).id])
      expect(verifyEvidence(scene.network, proof, scene.cast.scheme.verify).verdict).toBe('accept')
    }
    const facts = report.facts.votes.filter(({ validator }) => validator === scene.validator(3).name)
    expect(facts.map(({ missed }) => missed)).toEqual([0, 0, 0])
  })

  it('counts votes that are not there as facts', async () => {
    const scene = new SignedScene()
    const { messages } = blocksOf(scene, 2)
    const silent = messages.filter(({ author }) => author !== scene.validator(2).roles.sealer)
    const report = await auditOf(scene, sourceOf(scene, silent))
    const missed = report.facts.votes.filter(({ missed }) => missed > 0)
    expect(missed).toMatchObject([{ validator: scene.validator(2).name, stage: 'seal', given: 0, missed: 2 }])
    expect(report.clean).toBe(true)
  })

  it('finds that a block is not what its quorum signed, and stops there', async () => {
    const scene = new SignedScene()
    const content = scene.lane(0)
    const block = scene.block(scene.genesis, content)
    const wrong = { ...block, value: { ...block.value, xRoot: block.value.block } }
    const messages = [content, assembled(scene, block), committed(scene, wrong)]
    const report = await auditOf(scene, sourceOf(scene, messages))
    expect(codesOf(report)).toEqual(['diverged-execution evident'])
    expect(report.replay).toMatchObject({ height: 0, end: 'diverged' })
  })

  it('says so where the content of a decided block is in no source', async () => {
    const scene = new SignedScene()
    const { messages } = blocksOf(scene, 1)
    const report = await auditOf(scene, sourceOf(scene, messages.slice(1)))
    expect(report.replay).toMatchObject({ height: 0, end: 'missing-content' })
  })

  it.each([
    ['proves', 'proof', 2000],
    ['cannot prove', 'evident', 64],
  ] as const)(
    '%s that a lane was left out, by the room that there was',
    async (_how, grade, transactions) => {
      const capacity = { transactions, bytes: 100_000, batchMs: 1 }
      const scene = new SignedScene({ parameters: { capacity } })
      const [content, more] = [scene.lane(1), scene.lane(0)]
      const block = scene.block(scene.genesis, content)
      const report = await auditOf(scene, sourceOf(scene, [content, more, assembled(scene, block)]))
      expect(report.findings).toMatchObject([
        {
          code: 'invalid-proposal',
          grade,
          culprits: [{ owner: scene.messagenode(1).id, role: 'block-assembler' }],
          facts: { height: 1, round: 0, reason: 'unfair-cut' },
        },
      ])
      const [{ proof } = { proof: null }] = report.findings
      const verdict = verifyEvidence(scene.network, structuredClone(proof), scene.cast.scheme.verify).verdict
      expect([grade, verdict]).toEqual([grade, grade === 'proof' ? 'accept' : 'reject'])
    },
  )

  it('proves what the lanes show of later heights, with the block before', async () => {
    const scene = new SignedScene()
    const { messages, last } = blocksOf(scene, 1)
    const [content, more] = [scene.lane(1), scene.lane(2)]
    const proposal = assembled(scene, scene.block(last, content))
    const report = await auditOf(scene, sourceOf(scene, [...messages, content, more, proposal]))
    const [finding] = report.findings.filter(({ code }) => code === 'invalid-proposal')
    expect(finding).toMatchObject({ grade: 'proof', height: 2, facts: { reason: 'unfair-cut' } })
    expect(finding?.proof?.lanes).toMatchObject({ parent: { slot: last.slot }, content: [{}] })
  })

  it('finds a fork where two replicas hold different branches, whichever comes first', async () => {
    const scene = new SignedScene()
    const lane = at(scene.lanes, 0)
    const base = scene.lane(0)
    const [a, b] = [1, 2].map((byte) =>
      scene.after(base, lane, { type: 'transaction', transactions: [new Uint8Array([byte])] }),
    )
    if (!a || !b) throw new RangeError('two branches')
    const onTop = scene.after(b, lane, { type: 'transaction', transactions: [new Uint8Array([3])] })
    const replicas = [sourceOf(scene, [base, a], 'one'), sourceOf(scene, [base, b, onTop], 'two')]
    const reports = [await auditOf(scene, ...replicas), await auditOf(scene, ...[...replicas].reverse())]
    for (const report of reports) {
      expect(codesOf(report)).toEqual(['feed-fork proof'])
      expect(new Set(report.findings[0]?.messages)).toEqual(new Set([a.key, b.key]))
    }
    const alone = await auditOf(scene, sourceOf(scene, [base, a]))
    expect(alone.findings).toEqual([])
  })

  it('gives equal findings for equal feeds, whatever the order in which sources are named', async () => {
    const scene = new SignedScene()
    const { messages } = blocksOf(scene, 2)
    const junk = scene.write(scene.validator(0).roles.committer, { type: 'junk', code: 'unknown-type' })
    const cut = [...messages, junk]
    const sources = () => [sourceOf(scene, cut, 'one'), sourceOf(scene, cut.slice(0, -20), 'two')]
    const [one, two] = [await auditOf(scene, ...sources()), await auditOf(scene, ...sources().reverse())]
    expect(one.findings).toEqual(two.findings)
    expect(codesOf(one)).toEqual(['junk proof'])
  })

  it('refuses a source in which no member speaks', async () => {
    const scene = new SignedScene()
    const strangers = new LongChain().next().map(({ key, value }) => ({ key, value, receivedAt: 1 }))
    const sources = [sourceOf(scene, [scene.lane(0)]), memorySource('strange', strangers)]
    await expect(auditOf(scene, ...sources)).rejects.toMatchObject({ code: 'source-foreign' })
  })

  it.each<[string, string, (messages: Omit<SourceMessage, 'position'>[]) => void]>([
    [
      'content',
      'source-damaged',
      ([first]) => Object.assign(first?.value ?? {}, { content: { type: 'other' } }),
    ],
    [
      'signature',
      'source-damaged',
      (messages) => {
        const [first, second] = messages
        if (first && second) Object.assign(first.value, { signature: second.value.signature })
      },
    ],
    [
      'a key',
      'source-damaged',
      ([first, second]) => first && second && Object.assign(first, { key: second.key }),
    ],
    ['a message left out', 'source-incomplete', (messages) => void messages.splice(1, 1)],
  ])('refuses a source with a changed %s', async (_name, code, change) => {
    const scene = new SignedScene()
    const messages = stored(scene, [scene.lane(0), scene.lane(0), scene.lane(0)]).map((message) => ({
      ...message,
      value: { ...message.value },
    }))
    change(messages)
    await expect(auditOf(scene, memorySource('one', messages))).rejects.toMatchObject({ code })
  })
})
