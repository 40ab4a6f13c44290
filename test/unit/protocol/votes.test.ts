import { describe, expect, it } from 'vitest'
import { isVoteSigned } from '../../../src/protocol/votes.js'
import { registryOf } from '../../../src/roles/index.js'
import { commitVote, Scene, strangeHash } from '../../support/protocol/index.js'

const setting = () => {
  const scene = new Scene()
  const vote = commitVote(scene, 0, scene.block(scene.genesis, scene.lane(0)))
  const { network, cast } = scene
  let verified = 0
  const verify: typeof cast.scheme.verify = (...signed) => {
    verified++
    return cast.scheme.verify(...signed)
  }
  return { scene, vote, network, registry: registryOf(network), verify, verified: () => verified }
}

describe('the signature of a vote', () => {
  it('is verified once, whoever looks at it', () => {
    const { vote, network, registry, verify, verified } = setting()
    for (const _ of ['core', 'watch']) expect(isVoteSigned(vote, network, registry, verify)).toBe(true)
    expect(verified()).toBe(1)
  })

  it('is another matter by another author, on another chain, in another epoch, and by other rules', () => {
    const { scene, vote, network, registry, verify } = setting()
    const elsewhere = { ...vote, author: scene.validator(1).roles.committer }
    const later = { epoch: { ...registry.epoch, number: 1 } }
    for (const _ of ['first', 'again']) {
      expect(isVoteSigned(vote, network, registry, verify)).toBe(true)
      expect(isVoteSigned(elsewhere, network, registry, verify)).toBe(false)
      expect(isVoteSigned(vote, network, registry, verify)).toBe(true)
      expect(isVoteSigned(vote, { chainId: strangeHash('chain') }, registry, verify)).toBe(false)
      expect(isVoteSigned(vote, network, registry, verify)).toBe(true)
      expect(isVoteSigned(vote, network, later, verify)).toBe(false)
      expect(isVoteSigned(vote, network, registry, verify)).toBe(true)
      expect(isVoteSigned(vote, network, registry, () => false)).toBe(false)
    }
  })
})
