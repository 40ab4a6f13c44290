import { describe, expect, it } from 'vitest'

import type { Accusation } from '../../../../src/audit/findings/accuser.js'
import { Footing } from '../../../../src/audit/findings/footing.js'
import type { FeedId } from '../../../../src/feeds/index.js'
import { lawOf } from '../../../../src/protocol/index.js'
import { commitVote } from '../../../support/protocol/says.js'
import { Scene } from '../../../support/protocol/index.js'

const scene = new Scene()
const law = lawOf(scene.network, scene.cast.scheme.verify)
const block = scene.block(scene.genesis, scene.lane(0))
const nobody = (): boolean => false

/** Commits of all four validators at so many heights; of each validator, how many of them link what nobody holds. */
const accusationsOf = (
  heights: number,
  groundless: readonly number[],
  isForked: (feed: FeedId) => boolean = nobody,
): readonly Accusation[] => {
  const footing = new Footing(law)
  for (let height = 1; height <= heights; height++) {
    const votes = [0, 1, 2, 3].map((validator) => commitVote(scene, validator, block))
    footing.take({
      votes,
      groundless: votes.filter((_, validator) => height <= (groundless[validator] ?? 0)),
    })
  }
  const accusations: Accusation[] = []
  footing.accuse({ evident: (accusation) => accusations.push(accusation) }, isForked)
  return accusations
}

describe('votes that link what nobody holds', () => {
  it('are evident where most of one validator are such', () => {
    const owner = scene.validator(2).id
    expect(accusationsOf(32, [0, 0, 32])).toMatchObject([
      {
        code: 'groundless-votes',
        culprits: [{ owner, role: 'committer' }],
        count: 32,
        facts: { stage: 'commit', votes: 32, groundless: 32, rate: 1 },
      },
    ])
    expect(accusationsOf(32, [0, 0, 32])[0]?.facts['chance']).toBeLessThan(1e-9)
  })

  it.each<[string, number, readonly number[]]>([
    ['few votes', 31, [31]],
    ['few of many', 100, [20, 5, 5, 5]],
    ['as many of everyone: the sources lack something', 100, [60, 60, 60, 60]],
  ])('are nothing with %s', (_name, heights, groundless) => {
    expect(accusationsOf(heights, groundless)).toEqual([])
  })

  it('are nothing while the feed of a Messagenode has two branches', () => {
    const counter = scene.messagenode(1).roles['commit-counter']
    expect(accusationsOf(40, [40], (feed) => feed === counter)).toEqual([])
  })
})
