import { describe, expect, it } from 'vitest'
import type { FeedMessage } from '../../../../src/feeds/index.js'
import {
  assembled,
  type Block,
  commitVote,
  draftOf,
  playMessagenode,
  precommitVote,
  published,
  refusals,
  Scene,
  sealVote,
  skipVote,
  strangeHash,
  strangeKey,
} from '../../../support/protocol/index.js'

/** A Messagenode counts signatures per (stage, h, r, x): protocol section 5. Four validators, so q = 3. */
const setting = () => {
  const scene = new Scene()
  const player = playMessagenode(scene)
  const content = scene.lane(0)
  const block = scene.block(scene.genesis, content)
  const proposal = assembled(scene, block)
  player.take(content, proposal)
  return { scene, player, content, block, proposal }
}

type Setting = ReturnType<typeof setting>

const lieAbout = (block: Block): Block => ({
  ...block,
  value: { ...block.value, xRoot: strangeHash('results') },
})

/** Validator v's vote for a block. */
type Cast = (given: Setting, validator: number, block: Block) => FeedMessage

const casts: readonly (readonly [string, Cast])[] = [
  ['PC 1/0', ({ scene, proposal }, v, block) => precommitVote(scene, v, block, { links: proposal.key })],
  ['NC 1/0', ({ scene }, v) => skipVote(scene, v, 1)],
  ['CC 1/0', ({ scene }, v, block) => commitVote(scene, v, block)],
  ['SC 1', ({ scene }, v, block) => sealVote(scene, v, block)],
]

describe.each(casts)('%s', (name, cast) => {
  it('takes a quorum of equal votes, and no less', () => {
    const given = setting()
    const take = (validator: number) => published(given.player.take(cast(given, validator, given.block)))
    expect([take(0), take(2)]).toEqual([[], []])
    expect(take(3)).toEqual([name])
    expect(take(1)).toEqual([])
  })

  it('names its signers ascending, exactly a quorum of them, lowest first', () => {
    const given = setting()
    const votes = [3, 1, 2, 0].map((validator) => cast(given, validator, given.block))
    const { scene } = given
    const type = ({ PC: 'precommitted', NC: 'precommitted', CC: 'committed', SC: 'sealed' } as const)[
      name.slice(0, 2)
    ]
    const draft = draftOf(given.player.take(...votes), type ?? 'sealed')
    expect(draft.signers).toEqual([0, 1, 2])
    const stage = ({ PC: 'precommit', NC: 'skip', CC: 'commit', SC: 'seal' } as const)[name.slice(0, 2)]
    const { value, stateRoot } = given.block
    const signed = stage === 'seal' ? { ...value, stateRoot } : value
    expect(draft).toMatchObject(
      scene.quorum(stage ?? 'seal', scene.voteBytes(stage ?? 'seal', 1, 0, signed), [0, 1, 2]),
    )
  })

  it('counts a validator once, however often it votes', () => {
    const given = setting()
    const votes = [0, 0, 0, 1].map((validator) => cast(given, validator, given.block))
    const effects = given.player.take(...votes)
    expect([published(effects), refusals(effects)]).toEqual([[], []])
  })

  it('refuses a vote whose signature is of something else, and does not count it', () => {
    const given = setting()
    const good = cast(given, 2, given.block)
    const bad = cast(given, 1, given.block)
    if (!('signature' in good.body) || !('signature' in bad.body)) throw new TypeError('votes')
    const forged = { ...bad, body: { ...bad.body, signature: good.body.signature } }
    const effects = given.player.take(cast(given, 0, given.block), good, forged)
    expect([published(effects), refusals(effects)]).toEqual([[], ['bad-signature']])
  })
})

describe('votes that differ', () => {
  it.each([
    [
      'in the value',
      (g: Setting, v: number) => precommitVote(g.scene, v, v === 2 ? lieAbout(g.block) : g.block),
    ],
    [
      'in the round',
      (g: Setting, v: number) => skipVote(g.scene, v, 1, v === 2 ? { round: 1, entry: strangeKey('e') } : {}),
    ],
    ['in the height', (g: Setting, v: number) => skipVote(g.scene, v, v === 2 ? 2 : 1)],
    [
      'in the stage',
      (g: Setting, v: number) => (v === 2 ? skipVote(g.scene, v, 1) : precommitVote(g.scene, v, g.block)),
    ],
    [
      'in the state',
      (g: Setting, v: number) =>
        sealVote(g.scene, v, v === 2 ? { ...g.block, stateRoot: strangeHash('s') } : g.block),
    ],
  ])('%s do not add up', (_name, cast) => {
    const given = setting()
    expect(published(given.player.take(...[0, 1, 2].map((v) => cast(given, v))))).toEqual([])
    expect(published(given.player.take(cast(given, 3)))).toHaveLength(1)
  })
})

describe('a vote that breaks a rule is refused', () => {
  it('wrong-entry: a vote of a later round that links nothing', () => {
    const { scene, player } = setting()
    expect(refusals(player.take(skipVote(scene, 0, 1, { round: 1 })))).toEqual(['wrong-entry'])
  })

  it('wrong-entry: a vote of round 0 that links something', () => {
    const { scene, player, block } = setting()
    const vote = precommitVote(scene, 0, block, { entry: strangeKey('entry') })
    expect(refusals(player.take(vote))).toEqual(['wrong-entry'])
  })

  it('wrong-feed: a vote in the feed of another role', () => {
    const { scene, player, block } = setting()
    const { body } = commitVote(scene, 0, block)
    const stray = scene.write(scene.validator(0).roles.precommitter, body)
    expect(refusals(player.take(stray))).toEqual(['wrong-feed'])
  })

  it('bad-signature: the same vote of another validator', () => {
    const { scene, player, block } = setting()
    const { body } = commitVote(scene, 0, block)
    const copied = scene.write(scene.validator(1).roles.committer, body)
    expect(refusals(player.take(copied))).toEqual(['bad-signature'])
  })
})

describe('a double vote', () => {
  it('counts for its first value alone', () => {
    const { scene, player, block } = setting()
    const lie = lieAbout(block)
    player.take(precommitVote(scene, 0, block), precommitVote(scene, 0, lie))
    expect(published(player.take(precommitVote(scene, 1, lie), precommitVote(scene, 2, lie)))).toEqual([])
  })
})
