import { describe, expect, it } from 'vitest'
import {
  assembled,
  at,
  halts,
  playValidator,
  precommitted,
  published,
  refusals,
  Scene,
  skipped,
  strangeHash,
  strangeKey,
  wanted,
} from '../../../support/protocol/index.js'

/** Rule 1 of protocol section 5, the base: what a proposal of a later round carries, and why it may. */
const setting = () => {
  const scene = new Scene({ parameters: { capacity: { transactions: 64, bytes: 8192, batchMs: 40 } } })
  const player = playValidator(scene)
  const content = [scene.lane(0), scene.lane(2)]
  const block = scene.block(scene.genesis, ...content)
  player.take(...content)
  return { scene, player, content, block }
}

/** In round 1 by having skipped round 0 and then seen PC(1,0): NC(1,0) is not held. */
const inRound1ByPrecommits = () => {
  const given = setting()
  given.player.timer('round')
  given.player.take(precommitted(given.scene, given.block))
  expect(given.player.state.round.round).toBe(1)
  return given
}

describe('a free choice in a later round', () => {
  it('needs the skip certificate of every round before it', () => {
    const { scene, player, block } = setting()
    player.take(skipped(scene, 1, 0), skipped(scene, 1, 1), skipped(scene, 1, 2))
    expect(published(player.take(assembled(scene, block, { round: 3 })))).toEqual(['precommit 1/3'])
  })

  it('is refused after a precommitted round that was not skipped', () => {
    const { scene, player, block } = inRound1ByPrecommits()
    expect(refusals(player.take(assembled(scene, block, { round: 1 })))).toEqual(['unjustified-base'])
  })

  it('waits for the skip certificate that it links, and then stands', () => {
    const { scene, player, block } = inRound1ByPrecommits()
    const skip = skipped(scene, 1, 0)
    const justify = { skipped: skip.key, precommitted: null }
    const effects = player.take(assembled(scene, block, { round: 1, justify }))
    expect([refusals(effects), wanted(effects)]).toEqual([[], [skip.key]])
    // NC(1,0) does not lead on from round 1, so the round is still the one proposed for.
    expect(published(player.fetched(skip))).toEqual(['precommit 1/1'])
  })

  it('is not satisfied by the last skip alone: the gap below it is asked for, link by link', () => {
    const { scene, player, block } = setting()
    const chain = [skipped(scene, 1, 0)]
    for (const round of [1, 2, 3]) {
      chain.push(skipped(scene, 1, round, { previous: at(chain, round - 1).key }))
    }
    player.take(at(chain, 3))
    expect(player.state.round.round).toBe(4)
    const justify = { skipped: at(chain, 3).key, precommitted: null }
    const effects = player.take(assembled(scene, block, { round: 4, justify }))
    expect([published(effects), wanted(effects)]).toEqual([[], [at(chain, 2).key]])
    expect(wanted(player.fetched(at(chain, 2)))).toEqual([at(chain, 1).key])
    expect(wanted(player.fetched(at(chain, 1)))).toEqual([at(chain, 0).key])
    expect(published(player.fetched(at(chain, 0)))).toEqual(['precommit 1/4'])
  })
})

describe('a proposal with a base', () => {
  it('carries the block of that round again', () => {
    const { scene, player, block } = inRound1ByPrecommits()
    expect(published(player.take(assembled(scene, block, { round: 1, base: 0 })))).toEqual(['precommit 1/1'])
  })

  it('is refused with any other block', () => {
    const { scene, player } = inRound1ByPrecommits()
    const content = scene.lane(3)
    player.take(content)
    const other = scene.block(scene.genesis, content)
    expect(refusals(player.take(assembled(scene, other, { round: 1, base: 0 })))).toEqual([
      'other-block-than-base',
    ])
  })

  it('needs the skips of every round after the base, and none before it', () => {
    const { scene, player, block } = setting()
    player.take(precommitted(scene, block, { round: 1 }), skipped(scene, 1, 2))
    expect(player.state.round.round).toBe(3)
    const justify = { skipped: null, precommitted: null }
    expect(refusals(player.take(assembled(scene, block, { round: 3, base: 0, justify })))).toEqual([
      'unjustified-base',
    ])
    expect(published(player.take(assembled(scene, block, { round: 3, base: 1 })))).toEqual(['precommit 1/3'])
  })

  it('waits for the precommitted certificate that it links', () => {
    const { scene, player, block } = setting()
    const certificate = precommitted(scene, block)
    player.take(skipped(scene, 1, 0))
    const justify = { skipped: null, precommitted: certificate.key }
    const effects = player.take(assembled(scene, block, { round: 1, base: 0, justify }))
    expect([refusals(effects), wanted(effects)]).toEqual([[], [certificate.key]])
    expect(published(player.fetched(certificate))).toEqual(['commit 1/0', 'precommit 1/1'])
  })

  it('is refused when it links no precommitted certificate and none is held', () => {
    const { scene, player, block } = setting()
    player.take(skipped(scene, 1, 0))
    expect(refusals(player.take(assembled(scene, block, { round: 1, base: 0 })))).toEqual([
      'unjustified-base',
    ])
  })

  it('need not be fair: the block was judged in its own round', () => {
    const { scene, player, content } = setting()
    const unfair = scene.block(scene.genesis, at(content, 0))
    player.timer('round')
    player.take(precommitted(scene, unfair))
    expect(published(player.take(assembled(scene, unfair, { round: 1, base: 0 })))).toEqual(['precommit 1/1'])
  })

  it('stands though a lane that it advances was forked meanwhile', () => {
    const { scene, player, block } = inRound1ByPrecommits()
    player.forked(at(scene.lanes, 0))
    expect(published(player.take(assembled(scene, block, { round: 1, base: 0 })))).toEqual(['precommit 1/1'])
  })

  it('follows the branch of a lane that its cut names, not the one replicated here', () => {
    const { scene, player } = setting()
    const lane = at(scene.lanes, 3)
    const mine = scene.lane(3)
    const theirs = scene.after(undefined, lane, mine.body, 900)
    player.take(mine)
    player.forked(lane)
    const block = scene.block(scene.genesis, theirs)
    player.timer('round')
    player.take(precommitted(scene, block))
    const effects = player.take(assembled(scene, block, { round: 1, base: 0 }))
    expect(wanted(effects)).toEqual([theirs.key])
    expect(published(player.fetched(theirs))).toEqual(['precommit 1/1'])
  })

  it('is refused over the capacity all the same', () => {
    const { scene, player, content } = setting()
    const more = [scene.lane(1, { size: 4000 }), scene.lane(3, { size: 4000 })]
    player.take(...more)
    const large = scene.block(scene.genesis, ...content, ...more)
    player.timer('round')
    player.take(precommitted(scene, large))
    expect(refusals(player.take(assembled(scene, large, { round: 1, base: 0 })))).toEqual(['over-capacity'])
  })

  it('is refused over the transactions of the capacity too, though its bytes would fit', () => {
    const { scene, player } = setting()
    const more = [scene.lane(1, { count: 40, size: 500 }), scene.lane(3, { count: 40, size: 500 })]
    player.take(...more)
    const large = scene.block(scene.genesis, ...more)
    player.timer('round')
    player.take(precommitted(scene, large))
    expect(refusals(player.take(assembled(scene, large, { round: 1, base: 0 })))).toEqual(['over-capacity'])
  })

  it('waits for its content', () => {
    const { scene, player, content } = setting()
    const late = scene.lane(3)
    const block = scene.block(scene.genesis, ...content, late)
    player.timer('round')
    player.take(precommitted(scene, block))
    expect(wanted(player.take(assembled(scene, block, { round: 1, base: 0 })))).toEqual([late.key])
    expect(published(player.take(late))).toEqual(['precommit 1/1'])
  })

  it('halts a validator that computes other results than a quorum signed: it reports and signs no more', () => {
    const { scene, player, block } = setting()
    const lie = { ...block, value: { ...block.value, xRoot: strangeHash('results') } }
    player.timer('round')
    player.take(precommitted(scene, lie))
    const effects = player.take(assembled(scene, block, { round: 1, base: 0 }))
    expect([halts(effects), published(effects)]).toEqual([['diverged-execution'], []])
    expect(published(player.timer('round'))).toEqual([])
    expect(published(player.take(precommitted(scene, block, { round: 2 })))).toEqual([])
  })
})

describe('a link that leads nowhere', () => {
  it('keeps the proposal waiting, and is asked for once', () => {
    const { scene, player, block } = inRound1ByPrecommits()
    const justify = { skipped: strangeKey('nowhere'), precommitted: null }
    const proposal = assembled(scene, block, { round: 1, justify })
    expect(wanted(player.take(proposal))).toEqual([strangeKey('nowhere')])
    expect(wanted(player.take(scene.lane(1)))).toEqual([])
    expect(player.wants()).toHaveLength(1)
  })

  it('is not asked for again once it is here and justifies nothing', () => {
    const { scene, player, block } = inRound1ByPrecommits()
    const skip = skipped(scene, 1, 1)
    player.take(skip)
    expect(player.state.round.round).toBe(2)
    const justify = { skipped: skip.key, precommitted: null }
    const proposal = assembled(scene, block, { round: 2, justify })
    expect(wanted(player.take(proposal))).toEqual([skip.key])
    expect(wanted(player.fetched(skip))).toEqual([])
    expect(player.wants()).toEqual([])
    // The round below it may still turn out to be skipped.
    expect(published(player.take(skipped(scene, 1, 0)))).toEqual(['precommit 1/2'])
  })
})
