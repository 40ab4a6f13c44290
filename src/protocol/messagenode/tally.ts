import type { Hash, Signature, Stage } from '../../feeds/index.js'
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

/** Counts a vote whose signature is good. A second answer to one question counts for nothing. */
export const count = (tally: Tally, vote: Vote, index: number): void => {
  const question = questionOf(vote)
  const answers = tally.cast.get(question) ?? new Map<number, Vote>()
  tally.cast.set(question, answers)
  if (answers.has(index)) return
  answers.set(index, vote)
  pileOf(tally, vote).votes.set(index, vote)
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
