import { describe, expect, it } from 'vitest'
import type { FeedMessage } from '../../../../src/feeds/index.js'
import {
  assembled,
  at,
  draftOf,
  entered,
  playValidator,
  precommitted,
  published,
  publishes,
  Scene,
  skipped,
} from '../../../support/protocol/index.js'

/** Rule 4 of protocol section 5: rounds advance by certificates, and each way in is a clause of it. */
const setting = () => {
  const scene = new Scene()
  const player = playValidator(scene)
  const content = scene.lane(1)
  const block = scene.block(scene.genesis, content)
  player.take(content)
  return { scene, player, block }
}

type Setting = ReturnType<typeof setting>

interface Clause {
  readonly name: string
  /** What happened before. */
  readonly before?: (given: Setting) => void
  /** The message that counts. */
  readonly on: (given: Setting) => FeedMessage
  readonly enters: readonly string[]
  readonly says: readonly string[]
}

const skipsRound0 = ({ player }: Setting) => void player.timer('round')
const commitsRound0 = ({ scene, player, block }: Setting) => void player.take(precommitted(scene, block))
const entersRound2 = ({ scene, player }: Setting) => void player.take(skipped(scene, 1, 1))

const CLAUSES: readonly Clause[] = [
  {
    name: 'NC(h,r) leads to r+1',
    on: ({ scene }) => skipped(scene, 1, 0),
    enters: ['1/1'],
    says: [],
  },
  {
    name: "NC(h,r') of a later round leads to r'+1",
    on: ({ scene }) => skipped(scene, 1, 4),
    enters: ['1/5'],
    says: [],
  },
  {
    name: 'NC(h,r) after committing r leads to r+1',
    before: commitsRound0,
    on: ({ scene }) => skipped(scene, 1, 0),
    enters: ['1/1'],
    says: [],
  },
  {
    name: 'PC(h,r) after skipping r leads to r+1, without a commit',
    before: skipsRound0,
    on: ({ scene, block }) => precommitted(scene, block),
    enters: ['1/1'],
    says: [],
  },
  {
    name: 'PC(h,r) without a skip is committed and leads nowhere',
    on: ({ scene, block }) => precommitted(scene, block),
    enters: [],
    says: ['commit 1/0'],
  },
  {
    name: "PC(h,r') of a later round leads to r' and is committed",
    on: ({ scene, block }) => precommitted(scene, block, { round: 3 }),
    enters: ['1/3'],
    says: ['commit 1/3'],
  },
  {
    name: 'a proposal for r+1 with base r leads there after committing r',
    before: commitsRound0,
    on: ({ scene, block }) => assembled(scene, block, { round: 1, base: 0 }),
    enters: ['1/1'],
    says: ['precommit 1/1'],
  },
  {
    name: 'a proposal for r+1 with base r leads nowhere before r is committed',
    on: ({ scene, block }) => assembled(scene, block, { round: 1, base: 0 }),
    enters: [],
    says: [],
  },
  {
    name: 'a proposal for r+1 with another base leads nowhere',
    before: commitsRound0,
    on: ({ scene, block }) => assembled(scene, block, { round: 1 }),
    enters: [],
    says: [],
  },
  {
    name: 'a proposal for r+1 with base r but another block leads nowhere',
    before: commitsRound0,
    on: ({ scene }) => {
      const other = scene.block(scene.genesis, scene.lane(2))
      return assembled(scene, other, { round: 1, base: 0 })
    },
    enters: [],
    says: [],
  },
  {
    name: 'a proposal for r+2 leads nowhere',
    before: commitsRound0,
    on: ({ scene, block }) => assembled(scene, block, { round: 2, base: 0 }),
    enters: [],
    says: [],
  },
  {
    name: 'NC of a round left already leads nowhere',
    before: entersRound2,
    on: ({ scene }) => skipped(scene, 1, 0),
    enters: [],
    says: [],
  },
  {
    name: 'PC of a round left already is committed and leads nowhere',
    before: entersRound2,
    on: ({ scene, block }) => precommitted(scene, block, { round: 1 }),
    enters: [],
    says: ['commit 1/1'],
  },
  {
    name: 'NC of a height to come leads nowhere',
    on: ({ scene }) => skipped(scene, 2, 0),
    enters: [],
    says: [],
  },
]

describe('rule 4, entering a round', () => {
  it.each(CLAUSES)('$name', ({ before, on, enters, says }) => {
    const given = setting()
    before?.(given)
    const effects = given.player.take(on(given))
    expect({ enters: entered(effects), says: published(effects) }).toEqual({ enters, says })
  })

  it('goes on when the timer runs out after a commit of the round', () => {
    const given = setting()
    commitsRound0(given)
    const effects = given.player.timer('round')
    expect(entered(effects)).toEqual(['1/1'])
    expect(published(effects)).toEqual([])
  })

  it('stays in the round when the timer runs out without a commit: only a quorum of skips leads on', () => {
    const { player } = setting()
    const effects = player.timer('round')
    expect(published(effects)).toEqual(['skip 1/0'])
    expect(entered(effects)).toEqual([])
    expect(player.state.round.round).toBe(0)
  })

  it('takes the farthest of the certificates that come together', () => {
    const { scene, player, block } = setting()
    const effects = player.take(
      skipped(scene, 1, 0),
      precommitted(scene, block, { round: 3 }),
      skipped(scene, 1, 5),
      skipped(scene, 1, 2),
    )
    expect(player.state.round.round).toBe(6)
    expect(published(effects)).toEqual(['commit 1/3'])
  })
})

describe('the certificate that votes of later rounds link', () => {
  /** The skip vote of the round that a validator is in after these. */
  const entryAfter = (given: Setting) => {
    const effects = given.player.timer('round')
    const draft = draftOf(effects, 'precommit')
    expect(at(publishes(effects), 0).durable).toEqual(draft.entry === null ? [] : [draft.entry])
    return draft.entry
  }

  it('is none in round 0', () => {
    expect(entryAfter(setting())).toBeNull()
  })

  it('is the skip certificate by which the round was entered', () => {
    const given = setting()
    const certificate = skipped(given.scene, 1, 0)
    given.player.take(certificate)
    expect(entryAfter(given)).toBe(certificate.key)
  })

  it('is the first certificate of a round shown, not a later one of the same', () => {
    const given = setting()
    const first = skipped(given.scene, 1, 2)
    given.player.take(first)
    given.player.take(skipped(given.scene, 1, 2, { by: 1 }))
    expect(entryAfter(given)).toBe(first.key)
  })

  it('is the precommitted certificate where the round was skipped before', () => {
    const given = setting()
    const certificate = precommitted(given.scene, given.block)
    given.player.timer('round')
    given.player.take(certificate)
    expect(entryAfter(given)).toBe(certificate.key)
  })

  it('is the precommitted certificate of the round after a jump by it', () => {
    const given = setting()
    const jump = precommitted(given.scene, given.block, { round: 2 })
    given.player.take(jump)
    const proposal = assembled(given.scene, given.block, { round: 2 })
    const effects = given.player.take(skipped(given.scene, 1, 0), skipped(given.scene, 1, 1), proposal)
    expect(draftOf(effects, 'precommit').entry).toBe(jump.key)
    expect(at(publishes(effects), 0).durable).toContain(jump.key)
  })
})
