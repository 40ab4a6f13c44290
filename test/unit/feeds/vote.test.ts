import { describe, expect, it } from 'vitest'
import { type Hash, stageOf, type Vote, voteBytes } from '../../../src/feeds/index.js'
import { toHex } from '../../../src/util/index.js'
import { readVectors } from '../../support/read-vectors.js'

const votes = readVectors('votes') as readonly { readonly vote: Vote; readonly bytes: string }[]
const find = (stage: Vote['stage']): Vote => {
  const vote = votes.find((each) => each.vote.stage === stage)?.vote
  if (vote === undefined) throw new Error(`no vector of ${stage}`)
  return vote
}
const other = '00'.repeat(32) as Hash

describe('voteBytes', () => {
  it.each(votes)('$vote.stage of $vote.height/$vote.round', ({ vote, bytes }) => {
    expect(toHex(voteBytes(vote))).toBe(bytes)
  })

  it('of a seal are the same whatever round decided', () => {
    const seal = find('seal')
    expect(voteBytes({ ...seal, round: 9 })).toEqual(voteBytes(seal))
  })

  it('of a skip hold no value', () => {
    const skip = find('skip')
    expect(voteBytes({ ...skip, block: find('commit').block ?? null, xRoot: null })).toEqual(voteBytes(skip))
  })

  it('differ between stages over the same value', () => {
    const commit = find('commit')
    expect(voteBytes({ ...commit, stage: 'precommit' })).not.toEqual(voteBytes(commit))
  })

  it.each<[string, Vote]>([
    ['a commit of nothing', { ...find('commit'), block: null }],
    ['a commit without results', { ...find('commit'), xRoot: null }],
    ['a commit of a state', { ...find('commit'), stateRoot: other }],
    ['a skip of a state', { ...find('skip'), stateRoot: other }],
    ['a seal without a state', { ...find('seal'), stateRoot: null }],
  ])('refuse %s', (_name, vote) => {
    expect(() => voteBytes(vote)).toThrow(expect.objectContaining({ name: 'AssertionError' }))
  })
})

describe('stageOf', () => {
  it.each([
    [{ type: 'precommit', skip: false }, 'precommit'],
    [{ type: 'precommit', skip: true }, 'skip'],
    [{ type: 'commit' }, 'commit'],
    [{ type: 'seal' }, 'seal'],
    [{ type: 'precommitted', skip: false }, 'precommit'],
    [{ type: 'precommitted', skip: true }, 'skip'],
    [{ type: 'committed', skip: false }, 'commit'],
    [{ type: 'sealed', skip: false }, 'seal'],
  ] as const)('of %o is %s', (body, stage) => {
    expect(stageOf(body)).toBe(stage)
  })
})
