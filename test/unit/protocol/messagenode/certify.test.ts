import { describe, expect, it } from 'vitest'
import {
  assembled,
  at,
  commitVote,
  committed,
  draftOf,
  grow,
  halts,
  playMessagenode,
  precommitted,
  precommitVote,
  published,
  publishes,
  refusals,
  Scene,
  sealed,
  sealVote,
  strangeHash,
  wanted,
} from '../../../support/protocol/index.js'

/** A Messagenode publishes at most one certificate per (stage, h, r), and only what it can serve (section 5). */
const setting = () => {
  const scene = new Scene()
  const player = playMessagenode(scene)
  const content = scene.lane(0)
  const block = scene.block(scene.genesis, content)
  const proposal = assembled(scene, block)
  return { scene, player, content, block, proposal }
}

const quorum = [0, 1, 2]

describe('a learned certificate', () => {
  it('is published again with its own signers', () => {
    const { scene, player, content, block, proposal } = setting()
    player.take(content, proposal)
    const learned = precommitted(scene, block, { by: 2, signers: [1, 2, 3], links: proposal.key })
    const effects = player.take(learned)
    expect(published(effects)).toEqual(['PC 1/0'])
    expect(draftOf(effects, 'precommitted')).toEqual(learned.body)
    expect(at(publishes(effects), 0).role).toBe('precommit-counter')
  })

  it('is published once: neither another one shown, nor an own count, comes after it', () => {
    const { scene, player, content, block, proposal } = setting()
    player.take(content, proposal, precommitted(scene, block, { by: 2, links: proposal.key }))
    const votes = quorum.map((v) => precommitVote(scene, v, block, { links: proposal.key }))
    expect(published(player.take(precommitted(scene, block, { by: 1 }), ...votes))).toEqual([])
  })

  it('does not come after an own count', () => {
    const { scene, player, content, block, proposal } = setting()
    player.take(content, proposal)
    const votes = quorum.map((v) => precommitVote(scene, v, block, { links: proposal.key }))
    expect(published(player.take(...votes))).toEqual(['PC 1/0'])
    const learned = precommitted(scene, block, { by: 2, signers: [1, 2, 3] })
    expect(published(player.take(learned))).toEqual([])
  })

  it('has a place of its own in every round', () => {
    const { scene, player, content, block, proposal } = setting()
    player.take(content, proposal)
    const both = [0, 1].map((round) => precommitted(scene, block, { by: 2, round, links: proposal.key }))
    expect(published(player.take(...both))).toEqual(['PC 1/0', 'PC 1/1'])
  })

  it('does not take the place of the one that is known', () => {
    const { scene, player, block } = setting()
    const lie = { ...block, value: { ...block.value, block: strangeHash('other') } }
    const [first, second] = [precommitted(scene, block, { by: 1 }), precommitted(scene, lie, { by: 2 })]
    player.take(first, second)
    expect(player.state.books.get(1)?.precommitted.get(0)).toBe(first)
  })

  it.each([
    ['below-quorum', [0, 1]],
    ['unsorted-signers', [1, 0, 2]],
    ['duplicate-signer', [0, 1, 1]],
  ])('is refused as %s', (code, signers) => {
    const { scene, player, block } = setting()
    expect(refusals(player.take(precommitted(scene, block, { by: 1, signers })))).toEqual([code])
  })
})

describe('what cannot be served is not certified', () => {
  it('fetches the proposal that the votes link, then its content, and then publishes', () => {
    const { scene, player, content, block, proposal } = setting()
    const votes = quorum.map((v) => precommitVote(scene, v, block, { links: proposal.key }))
    const counted = player.take(...votes)
    expect([published(counted), wanted(counted)]).toEqual([[], [proposal.key]])
    const [want] = player.wants()
    expect(want?.from.slice(0, 4)).toEqual([0, 1, 2, 3].map((index) => scene.validator(index).id))
    const shown = player.fetched(proposal)
    expect([published(shown), wanted(shown)]).toEqual([[], [content.key]])
    expect(published(player.fetched(content))).toEqual(['PC 1/0'])
    expect(player.wants()).toEqual([])
  })

  it('holds for learned certificates too', () => {
    const { scene, player, content, block, proposal } = setting()
    const effects = player.take(precommitted(scene, block, { by: 2, links: proposal.key }))
    expect([published(effects), wanted(effects)]).toEqual([[], [proposal.key]])
    expect(published(player.take(proposal, content))).toEqual(['PC 1/0'])
  })

  it('holds for blocks on top of one that is not executed here', () => {
    const scene = new Scene()
    const player = playMessagenode(scene, { index: 2 })
    const first = grow(scene, scene.genesis)
    const second = grow(scene, first.block)
    expect(published(player.take(...second.messages))).toEqual([])
    expect(published(player.take(...first.messages))).toEqual(['CC 1/0', 'CC 2/0'])
  })
})

describe('a decided height', () => {
  const decidedSetting = () => {
    const given = setting()
    const { scene, player, content, block, proposal } = given
    const certificate = committed(scene, block, { by: 2, links: proposal.key })
    expect(published(player.take(content, proposal, certificate))).toEqual(['CC 1/0'])
    return given
  }

  it('gets committed and sealed certificates only', () => {
    const { scene, player, block, proposal } = decidedSetting()
    const votes = quorum.map((v) => precommitVote(scene, v, block, { links: proposal.key }))
    expect(published(player.take(precommitted(scene, block, { by: 1 }), ...votes))).toEqual([])
    const seals = quorum.map((v) => sealVote(scene, v, block))
    const effects = player.take(...seals)
    expect(published(effects)).toEqual(['SC 1'])
    expect(draftOf(effects, 'sealed')).toMatchObject({ assembled: proposal.key, round: 0 })
  })

  it('gets no precommitted certificate that waited for its block until the height was decided', () => {
    const { scene, player, content, block, proposal } = setting()
    const votes = quorum.map((v) => precommitVote(scene, v, block, { links: proposal.key }))
    const shown = precommitted(scene, block, { by: 1, round: 2, links: proposal.key })
    expect(published(player.take(...votes, shown))).toEqual([])
    const certificate = committed(scene, block, { by: 2, links: proposal.key })
    expect(published(player.take(certificate, proposal, content))).toEqual(['CC 1/0'])
  })

  it('gets one committed certificate, whatever rounds are counted', () => {
    const { scene, player, block } = decidedSetting()
    const votes = quorum.map((v) => commitVote(scene, v, block, { round: 2 }))
    expect(published(player.take(...votes))).toEqual([])
  })

  it('gets one sealed certificate, counted or learned', () => {
    const { scene, player, block } = decidedSetting()
    expect(published(player.take(sealed(scene, block, { by: 1 })))).toEqual(['SC 1'])
    const seals = quorum.map((v) => sealVote(scene, v, block))
    expect(published(player.take(...seals, sealed(scene, block, { by: 2 })))).toEqual([])
  })

  it('halts a Messagenode that computed other results than a quorum committed', () => {
    const { scene, player, content, block, proposal } = setting()
    const lie = { ...block, value: { ...block.value, xRoot: strangeHash('results') } }
    const effects = player.take(content, proposal, committed(scene, lie, { by: 2, links: proposal.key }))
    expect([halts(effects), published(effects)]).toEqual([['diverged-execution'], []])
    expect(halts(player.take(scene.lane(1)))).toEqual([])
  })

  it('halts a Messagenode that computed another state than a quorum sealed', () => {
    const { scene, player, block } = decidedSetting()
    const lie = { ...block, stateRoot: strangeHash('state') }
    const effects = player.take(sealed(scene, lie, { by: 1 }))
    expect([halts(effects), published(effects)]).toEqual([['diverged-state'], []])
    expect(publishes(player.take(scene.lane(1), ...quorum.map((v) => sealVote(scene, v, block))))).toEqual([])
  })
})
