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

  it.each([
    [
      'by another author',
      ({ scene, vote }) => ({ vote: { ...vote, author: scene.validator(1).roles.committer } }),
    ],
    ['on another chain', () => ({ network: { chainId: strangeHash('chain') } })],
    ['in another epoch', ({ registry }) => ({ registry: { epoch: { ...registry.epoch, number: 1 } } })],
    ['by other rules', () => ({ verify: () => false })],
  ] satisfies readonly (readonly [string, (given: ReturnType<typeof setting>) => object])[])(
    'is another matter %s',
    (_name, change) => {
      const given = setting()
      const judged = ({
        vote,
        network,
        registry,
        verify,
      }: Pick<typeof given, 'vote' | 'registry' | 'verify'> & {
        readonly network: Pick<typeof given.network, 'chainId'>
      }) => isVoteSigned(vote, network, registry, verify)
      expect(judged(given)).toBe(true)
      expect(judged({ ...given, ...change(given) })).toBe(false)
      expect(judged(given)).toBe(true)
    },
  )
})
