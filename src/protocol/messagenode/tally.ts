import type { Hash, MessageKey, Signature, Stage } from '../../feeds/index.js'
import { stageOf } from '../../feeds/index.js'
import { type Vote, voteRound } from '../votes.js'

/** Votes of one height, counted per (stage, round, value). */
export interface Tally {
  /** By `questionOf` and validator index: the one vote that counts. */
  readonly cast: Map<string, Map<number, Vote>>
  /** By question and value, so that a quorum is a matter of size. */
  readonly piles: Map<string, Pile>
}

/** Equal votes: what a certificate is made of. */
export interface Pile {
  readonly stage: Stage
  readonly round: number
  readonly block: Hash | null
  readonly xRoot: Hash | null
  readonly stateRoot: Hash | null
  readonly votes: Map<number, Vote>
}

export const emptyTally = (): Tally => ({ cast: new Map(), piles: new Map() })

export const signatureOf = (vote: Vote): Signature => vote.body.signature

/** What a vote answers, once per validator. */
const questionOf = (vote: Vote): string => `${stageOf(vote.body)} ${voteRound(vote)}`

/** Commit and skip of one round exclude each other: the question a vote must not have been answered beside. */
const excludedBy = (vote: Vote): string | undefined => {
  const { body } = vote
  if (body.type === 'commit') return `skip ${body.round}`
  return body.type === 'precommit' && body.skip ? `commit ${body.round}` : undefined
}

export type Counted =
  | { readonly kind: 'counted' | 'repeated' }
  /** The same key signed two things of which it may sign one: `other` is the earlier. */
  | {
      readonly kind: 'conflict'
      readonly other: MessageKey
      readonly code: 'double-vote' | 'commit-and-skip'
    }

/** Counts a vote whose signature is good. A second, different answer convicts and does not count. */
export const count = (tally: Tally, vote: Vote, index: number): Counted => {
  const question = questionOf(vote)
  const answers = tally.cast.get(question) ?? new Map<number, Vote>()
  tally.cast.set(question, answers)
  const earlier = answers.get(index)
  const pile = pileOf(tally, vote)
  if (earlier) {
    if (pile.votes.has(index)) return { kind: 'repeated' }
    return { kind: 'conflict', other: earlier.key, code: 'double-vote' }
  }
  const excluded = excludedBy(vote)
  const opposite = excluded === undefined ? undefined : tally.cast.get(excluded)?.get(index)
  answers.set(index, vote)
  pile.votes.set(index, vote)
  return opposite ? { kind: 'conflict', other: opposite.key, code: 'commit-and-skip' } : { kind: 'counted' }
}

const pileOf = (tally: Tally, vote: Vote): Pile => {
  const { body } = vote
  const { block, xRoot } = 'block' in body ? body : { block: null, xRoot: null }
  const stateRoot = body.type === 'seal' ? body.stateRoot : null
  const name = [questionOf(vote), block, xRoot, stateRoot].join(' ')
  const known = tally.piles.get(name)
  if (known) return known
  const stage = stageOf(body)
  const pile: Pile = { stage, round: voteRound(vote), block, xRoot, stateRoot, votes: new Map() }
  tally.piles.set(name, pile)
  return pile
}
