import { describe, expect, it } from 'vitest'
import type { Publish } from '../../../../src/protocol/index.js'
import {
  assembled,
  at,
  committed,
  nameOf,
  playValidator,
  precommitted,
  publishes,
  Scene,
  skipped,
} from '../../../support/protocol/index.js'

/** The four votes of protocol section 4: role, signed bytes, links, and what must be durable before them. */
const setting = () => {
  const scene = new Scene()
  const player = playValidator(scene)
  const content = [scene.lane(1), scene.lane(3, { count: 2, failing: 1 })]
  const block = scene.block(scene.genesis, ...content)
  const proposal = assembled(scene, block)
  return { scene, player, content, block, proposal }
}

const only = (published: readonly Publish[], name: string): Publish => {
  const found = published.filter(({ draft }) => nameOf(draft) === name)
  expect(found).toHaveLength(1)
  return at(found, 0)
}

describe('votes', () => {
  it('precommit: links the proposal, durable with its content, names the failed positions, and signs the value', () => {
    const { scene, player, content, block, proposal } = setting()
    const vote = only(publishes(player.take(...content, proposal)), 'precommit 1/0')
    expect(vote).toEqual({
      kind: 'publish',
      role: 'precommitter',
      draft: {
        type: 'precommit',
        skip: false,
        height: 1,
        round: 0,
        assembled: proposal.key,
        ...block.value,
        exceptions: { count: 1, positions: [2] },
        entry: null,
      },
      voteBytes: scene.voteBytes('precommit', 1, 0, block.value),
      durable: [proposal.key, ...content.map(({ key }) => key)],
    })
  })

  it('precommit: names the first 64 failed positions, and counts all', () => {
    const scene = new Scene()
    const player = playValidator(scene)
    const content = [scene.lane(0, { count: 40, failing: 40 }), scene.lane(2, { count: 40, failing: 30 })]
    const proposal = assembled(scene, scene.block(scene.genesis, ...content))
    const { draft } = only(publishes(player.take(...content, proposal)), 'precommit 1/0')
    if (draft.type !== 'precommit' || draft.skip) throw new TypeError('a precommit')
    expect(draft.exceptions.count).toBe(70)
    const positions = [...Array(40).keys(), ...Array.from({ length: 24 }, (_, i) => 50 + i)]
    expect(draft.exceptions.positions).toEqual(positions)
  })

  it('skip: signs nothing but height and round', () => {
    const { scene, player, content } = setting()
    player.take(...content)
    expect(only(publishes(player.timer('round')), 'skip 1/0')).toEqual({
      kind: 'publish',
      role: 'precommitter',
      draft: { type: 'precommit', skip: true, height: 1, round: 0, entry: null },
      voteBytes: scene.voteBytes('skip', 1, 0),
      durable: [],
    })
  })

  it('skip: links the certificate of its round, which is durable before it', () => {
    const { scene, player, content } = setting()
    const entry = skipped(scene, 1, 0)
    player.take(...content, entry)
    const vote = only(publishes(player.timer('round')), 'skip 1/1')
    expect([vote.draft, vote.durable]).toEqual([
      { type: 'precommit', skip: true, height: 1, round: 1, entry: entry.key },
      [entry.key],
    ])
  })

  it('precommit: links the certificate of its round, which is durable before it', () => {
    const { scene, player, content, block } = setting()
    const entry = skipped(scene, 1, 0)
    const proposal = assembled(scene, block, { round: 1 })
    const vote = only(publishes(player.take(...content, entry, proposal)), 'precommit 1/1')
    expect(vote.draft).toMatchObject({ entry: entry.key })
    expect(vote.durable).toEqual([entry.key, proposal.key, ...content.map(({ key }) => key)])
  })

  it('commit: links the precommitted certificate, which is durable before it', () => {
    const { scene, player, block } = setting()
    const certificate = precommitted(scene, block, { round: 2, by: 1 })
    expect(only(publishes(player.take(certificate)), 'commit 1/2')).toEqual({
      kind: 'publish',
      role: 'committer',
      draft: { type: 'commit', height: 1, round: 2, precommitted: certificate.key, ...block.value },
      voteBytes: scene.voteBytes('commit', 1, 2, block.value),
      durable: [certificate.key],
    })
  })

  it('seal: signs the state root in round 0, and the block is durable before it', () => {
    const { scene, player, content, block, proposal } = setting()
    const certificate = committed(scene, block, { round: 3, links: proposal.key })
    const effects = player.take(...content, proposal, certificate)
    const { stateRoot, value } = block
    expect(only(publishes(effects), 'seal 1')).toEqual({
      kind: 'publish',
      role: 'sealer',
      draft: { type: 'seal', height: 1, committed: certificate.key, ...value, stateRoot },
      voteBytes: scene.voteBytes('seal', 1, 0, { ...value, stateRoot }),
      durable: [certificate.key, proposal.key, ...content.map(({ key }) => key)],
    })
  })
})
