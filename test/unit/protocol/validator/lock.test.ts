import { describe, expect, it } from 'vitest'
import {
  assembled,
  committed,
  draftOf,
  precommitted,
  published,
  playValidator,
  Scene,
  skipped,
} from '../../../support/protocol/index.js'

/** Rules 1 to 3 of protocol section 5: what a validator signs once, and what excludes what. */
const setting = () => {
  const scene = new Scene()
  const player = playValidator(scene)
  const content = scene.lane(1)
  const block = scene.block(scene.genesis, content)
  return { scene, player, content, block }
}

describe('rule 3, the lock: commit and skip of one round exclude each other', () => {
  it('signs no commit after a skip of the round, whoever shows the certificate', () => {
    const { scene, player, content, block } = setting()
    player.take(content)
    expect(published(player.timer('round'))).toEqual(['skip 1/0'])
    expect(published(player.take(precommitted(scene, block)))).toEqual([])
    expect(published(player.take(precommitted(scene, block, { by: 1 })))).toEqual([])
  })

  it('signs no skip after a commit of the round, however often the timer runs out', () => {
    const { scene, player, content, block } = setting()
    player.take(content)
    expect(published(player.take(precommitted(scene, block)))).toEqual(['commit 1/0'])
    expect(published(player.timer('round'))).toEqual([])
    expect(player.state.round.round).toBe(1)
  })

  it('commits rather than skips when the certificate and the end of the timer come in one moment', () => {
    const { scene, player, content, block } = setting()
    player.take(content, precommitted(scene, block))
    expect(published(player.timer('round'))).toEqual([])
    expect([...(player.state.own.get(1)?.committed ?? [])]).toEqual([0])
    expect([...(player.state.own.get(1)?.skipped ?? [])]).toEqual([])
  })

  it('allows a skip after a precommit of the same round', () => {
    const { scene, player, content, block } = setting()
    expect(published(player.take(content, assembled(scene, block)))).toEqual(['precommit 1/0'])
    expect(published(player.timer('round'))).toEqual(['skip 1/0'])
  })

  it('locks one round only: what was skipped in one may be committed in the next', () => {
    const { scene, player, content, block } = setting()
    player.take(content)
    player.timer('round')
    player.take(skipped(scene, 1, 0))
    expect(published(player.take(precommitted(scene, block, { round: 1 })))).toEqual(['commit 1/1'])
  })
})

describe('rule 2, commit', () => {
  it.each([
    ['of the current round', 0, 0],
    ['of a past round', 2, 0],
    ['of a past round again', 2, 1],
    ['of a round ahead', 0, 3],
  ])('follows a precommitted certificate %s', (_name, current, certified) => {
    const { scene, player, block } = setting()
    if (current > 0) player.take(skipped(scene, 1, current - 1))
    expect(player.state.round.round).toBe(current)
    const effects = player.take(precommitted(scene, block, { round: certified }))
    expect(published(effects)).toEqual([`commit 1/${certified}`])
  })

  it('is signed once, whoever else shows the certificate', () => {
    const { scene, player, block } = setting()
    const [first, second] = [precommitted(scene, block), precommitted(scene, block, { by: 1 })]
    expect(published(player.take(first, second))).toEqual(['commit 1/0'])
    expect(published(player.take(precommitted(scene, block, { by: 2 })))).toEqual([])
  })

  it('is signed for each round that has a certificate', () => {
    const { scene, player, block } = setting()
    const effects = player.take(precommitted(scene, block), precommitted(scene, block, { round: 2 }))
    expect(published(effects)).toEqual(['commit 1/0', 'commit 1/2'])
  })

  it('is signed without knowing the block', () => {
    const { scene, player, block } = setting()
    expect(published(player.take(precommitted(scene, block)))).toEqual(['commit 1/0'])
  })

  it.each([
    ['has too few signers', [0, 1]],
    ['has a signer twice', [0, 1, 1]],
    ['has unsorted signers', [2, 1, 0]],
  ])('does not follow a certificate that %s', (_name, signers) => {
    const { scene, player, block } = setting()
    expect(published(player.take(precommitted(scene, block, { signers })))).toEqual([])
  })

  it('does not follow a certificate of a decided height, nor of one that is to come', () => {
    const { scene, player, content, block } = setting()
    const next = scene.block(block, scene.lane(0))
    expect(published(player.take(precommitted(scene, next)))).toEqual([])
    const proposal = assembled(scene, block)
    player.take(content, proposal, committed(scene, block, { links: proposal.key }))
    expect(published(player.take(precommitted(scene, block, { by: 2 })))).toEqual([])
  })

  it('follows a certificate of the next height once this one is decided', () => {
    const { scene, player, content, block } = setting()
    const next = scene.block(block, scene.lane(0))
    player.take(precommitted(scene, next))
    const proposal = assembled(scene, block)
    const effects = player.take(content, proposal, committed(scene, block, { links: proposal.key }))
    expect(published(effects)).toEqual(['seal 1', 'commit 2/0'])
  })
})

describe('rule 1, precommit', () => {
  it('comes at most once a round, on the first proposal that verifies', () => {
    const { scene, player, content, block } = setting()
    const other = scene.block(scene.genesis, content, scene.lane(2))
    const first = assembled(scene, block, { have: [0, 1, 0, 0] })
    player.take(content)
    expect(published(player.take(first))).toEqual(['precommit 1/0'])
    expect(published(player.take(assembled(scene, other)))).toEqual([])
  })

  it('goes to a later proposal where the first one is refused', () => {
    const { scene, player, content, block } = setting()
    const bad = assembled(scene, block, { txCount: 5 })
    expect(published(player.take(content, bad))).toEqual([])
    expect(published(player.take(assembled(scene, block)))).toEqual(['precommit 1/0'])
  })

  it('takes the first of two that verify, also where both come in one moment', () => {
    const { scene, player, content, block } = setting()
    const first = assembled(scene, block)
    const second = assembled(scene, block, { have: [0, 1, 0, 0] })
    expect(draftOf(player.take(content, first, second), 'precommit')).toMatchObject({ assembled: first.key })
  })

  it('takes the second where the first is refused, also where both come in one moment', () => {
    const { scene, player, content, block } = setting()
    const bad = assembled(scene, block, { txCount: 5 })
    expect(published(player.take(content, bad, assembled(scene, block)))).toEqual(['precommit 1/0'])
  })

  it('comes for the current round alone', () => {
    const { scene, player, content, block } = setting()
    const [past, ahead] = [assembled(scene, block), assembled(scene, block, { round: 2 })]
    expect(published(player.take(content, skipped(scene, 1, 0), past, ahead))).toEqual([])
    expect(published(player.take(skipped(scene, 1, 1)))).toEqual(['precommit 1/2'])
  })

  it('does not come after a skip of the round', () => {
    const { scene, player, content, block } = setting()
    player.take(content)
    player.timer('round')
    expect(published(player.take(assembled(scene, block)))).toEqual([])
  })

  it('does not come for what the rest of a backlog has decided or left behind', () => {
    const { scene, player, content, block } = setting()
    const proposal = assembled(scene, block)
    const certificate = committed(scene, block, { links: proposal.key })
    expect(published(player.take(content, proposal, certificate))).toEqual(['seal 1'])
    const left = setting()
    const backlog = [left.content, assembled(left.scene, left.block), skipped(left.scene, 1, 0)]
    expect(published(left.player.take(...backlog))).toEqual([])
  })
})
