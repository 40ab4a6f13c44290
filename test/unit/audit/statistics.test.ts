import { describe, expect, it } from 'vitest'
import { audit, type AuditReport, memorySource } from '../../../src/audit/index.js'
import { type FeedMessage, NO_MESSAGE } from '../../../src/feeds/index.js'
import { SignedScene } from '../../support/evidence/index.js'
import { assembled, type Block, committed, sealVote, skipVote } from '../../support/protocol/index.js'
import { counterApplication } from '../../support/simulation/counter-application.js'

const auditOf = (scene: SignedScene, messages: readonly FeedMessage[]): Promise<AuditReport> => {
  const { network, cast } = scene
  const stored = messages.map((message, receivedAt) => ({
    key: message.key,
    value: scene.classic(message),
    receivedAt,
  }))
  const options = { application: counterApplication, verify: cast.scheme.verify }
  return audit({ network, sources: [memorySource('one', stored)], ...options })
}

/** What several nodes received, each by a clock of its own; whose node it was is known of none. */
const auditOfSeveral = (
  scene: SignedScene,
  sources: readonly { readonly clock: number; readonly messages: readonly FeedMessage[] }[],
): Promise<AuditReport> =>
  audit({
    network: scene.network,
    sources: sources.map(({ clock, messages }, index) =>
      memorySource(
        `source ${index}`,
        messages.map((message, place) => ({
          key: message.key,
          value: scene.classic(message),
          receivedAt: clock + place,
        })),
      ),
    ),
    application: counterApplication,
    verify: scene.cast.scheme.verify,
  })

/** Decided blocks of the first lane alone, whoever else has something to say. */
const decisions = (scene: SignedScene, heights: number) => {
  const messages: FeedMessage[] = []
  const blocks: Block[] = []
  for (let height = 1; height <= heights; height++) {
    const content = scene.lane(0)
    const block = scene.block(blocks.at(-1) ?? scene.genesis, content)
    blocks.push(block)
    const have = [content.sequence, 0, 0, 0]
    messages.push(content, assembled(scene, block, { have }), committed(scene, block))
  }
  return { messages, blocks }
}

describe('what the order of arrival makes evident', () => {
  it('a lane that nobody takes anything of, though blocks have room', { timeout: 60_000 }, async () => {
    const scene = new SignedScene({ messagenodes: 1 })
    const ignored = scene.lane(2)
    const { messages } = decisions(scene, 68)
    const { findings } = await auditOf(scene, [ignored, ...messages])
    expect(findings).toMatchObject([
      {
        code: 'censorship',
        grade: 'evident',
        culprits: [],
        facts: { lane: 2, sequence: 1, heights: 67, bound: 64 },
      },
    ])
    const early = await auditOf(scene, [...messages, ignored])
    expect(early.findings).toEqual([])
  })

  it('a validator that signs when everything is over', async () => {
    const scene = new SignedScene()
    const { messages, blocks } = decisions(scene, 45)
    const decidedBy = (height: number) =>
      messages.find(({ body }) => body.type === 'committed' && body.height === height)?.key ?? NO_MESSAGE
    const seals = blocks
      .slice(0, 35)
      .map((block) => sealVote(scene, 1, block, { links: decidedBy(block.height) }))
    const { findings, facts } = await auditOf(scene, [...messages, ...seals])
    expect(findings).toMatchObject([
      {
        code: 'late-votes',
        culprits: [{ owner: scene.validator(1).id, role: 'sealer' }],
        count: 35,
        facts: { stage: 'seal', votes: 35, late: 35, worstHeights: 44 },
      },
    ])
    const late = facts.votes.filter((votes) => votes.late > 0)
    expect(late).toMatchObject([{ validator: scene.validator(1).name, given: 35, missed: 10, worstLate: 44 }])
  })

  it('nothing of a validator whose votes were in time where they arrived, though another source has an early clock', async () => {
    const scene = new SignedScene()
    const { messages, blocks } = decisions(scene, 45)
    const voted = messages.flatMap((message) => {
      const { body } = message
      const block = body.type === 'committed' ? blocks[body.height - 1] : undefined
      return block ? [message, sealVote(scene, 1, block, { links: message.key })] : [message]
    })
    const { findings, facts } = await auditOfSeveral(scene, [
      { clock: 0, messages },
      { clock: 1_000_000, messages: voted },
    ])
    expect(findings).toEqual([])
    const name = scene.validator(1).name
    const seals = facts.votes.filter(({ validator, stage }) => validator === name && stage === 'seal')
    expect(seals).toMatchObject([{ given: 45, late: 0, worstLate: 0 }])
    const lag = facts.lag.filter(({ member, role }) => member === name && role === 'sealer')
    expect(lag).toMatchObject([{ count: 45, max: 0 }])
  })

  it('a lane that nobody takes anything of, only if it was there at more than half of the sources', async () => {
    const scene = new SignedScene({ messagenodes: 1 })
    const ignored = scene.lane(2)
    const { messages } = decisions(scene, 68)
    const early = { clock: 0, messages: [ignored, ...messages] }
    const late = { clock: 0, messages: [...messages, ignored] }
    const codes = async (...sources: readonly (typeof early)[]) =>
      (await auditOfSeveral(scene, sources)).findings.map(({ code }) => code)
    expect(await codes(early, late)).toEqual([])
    expect(await codes(late, early, late)).toEqual([])
    expect(await codes(early, late, early)).toEqual(['censorship'])
  }, 60_000)

  it('a validator whose votes link what is in no source', async () => {
    const scene = new SignedScene()
    const { messages, blocks } = decisions(scene, 33)
    const seals = blocks.map((block) => sealVote(scene, 1, block, { links: NO_MESSAGE }))
    const { findings } = await auditOf(scene, [...messages, ...seals])
    expect(findings.find(({ code }) => code === 'groundless-votes')).toMatchObject({
      grade: 'evident',
      culprits: [{ owner: scene.validator(1).id, role: 'sealer' }],
      facts: { stage: 'seal', votes: 33, groundless: 33 },
    })
  })

  it('a validator that floods a height', async () => {
    const scene = new SignedScene()
    const flood = Array.from({ length: 1030 }, (_, round) => skipVote(scene, 2, 5, { round, entry: null }))
    const { findings } = await auditOf(scene, flood)
    expect(findings).toMatchObject([
      { code: 'flooding', culprits: [{ owner: scene.validator(2).id, role: 'precommitter' }], count: 1030 },
    ])
  })
})
