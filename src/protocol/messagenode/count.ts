import { type FeedMessage, type MessageKey, stageOf } from '../../feeds/index.js'
import type { Place } from '../../roles/index.js'
import { ignore, reject } from '../../util/index.js'
import { bookAt, type HeightBook } from '../book.js'
import { refuse, type Turn } from '../turn.js'
import { isVote, isVoteSigned, type Vote } from '../votes.js'
import { ask } from '../wanted.js'
import type { MessagenodeState } from './state.js'
import { count, emptyTally, type Tally } from './tally.js'

/** Questions answered per validator and height at most: honest rounds are few, the rest is an attack on memory. */
const ANSWERS_PER_VALIDATOR = 1024

/** Checks and counts one vote, and asks for the certificate it links. */
export const countVote = <A>(
  state: MessagenodeState<A>,
  message: FeedMessage,
  place: Place,
  turn: Turn,
): void => {
  if (!isVote(message)) return
  const { body } = message
  const { chain } = state
  if (body.height < state.floor || (body.type === 'precommit' && body.height <= chain.decided.height)) return
  if (body.type === 'precommit' && (body.entry === null) !== (body.round === 0)) {
    refuse(turn, message, reject('wrong-entry', { height: body.height, round: body.round }))
    return
  }
  if (!isVoteSigned(message, chain.context.network, chain.registry, chain.context.verify)) {
    refuse(turn, message, reject('bad-signature', { height: body.height, stage: stageOf(body) }))
    return
  }
  const tally = tallyAt(state, body.height)
  if (answersOf(tally, place.index) >= ANSWERS_PER_VALIDATOR) {
    refuse(turn, message, ignore('too-many-votes', { height: body.height }))
    return
  }
  count(tally, message, place.index)
  fetchLink(state, message, place, turn)
}

const answersOf = ({ cast }: Tally, index: number): number => {
  let answers = 0
  for (const question of cast.values()) if (question.has(index)) answers++
  return answers
}

const tallyAt = <A>({ tallies }: MessagenodeState<A>, height: number): Tally => {
  const known = tallies.get(height)
  if (known) return known
  const tally = emptyTally()
  tallies.set(height, tally)
  return tally
}

/**
 * Votes link the certificate they follow from. Fetching what is not known here defeats a Messagenode that shows
 * a certificate to one validator only (protocol section 5).
 */
const fetchLink = <A>(state: MessagenodeState<A>, vote: Vote, { member }: Place, turn: Turn): void => {
  const book = bookAt(state.books, vote.body.height)
  const key = linkOf(vote)
  if (key === null || isFounded(state, book, vote)) return
  ask(state.wanted, { kind: 'message', key, from: [member.id] }, vote.body.height, turn)
}

const linkOf = ({ body }: Vote): MessageKey | null => {
  if (body.type === 'precommit') return body.entry
  return body.type === 'commit' ? body.precommitted : body.committed
}

/** Whether a certificate that explains the vote is known already. */
const isFounded = <A>({ chain }: MessagenodeState<A>, book: HeightBook, { body }: Vote): boolean => {
  if (body.height <= chain.decided.height) return true
  if (body.type === 'commit') return book.precommitted.has(body.round)
  if (body.type === 'seal') return book.committed !== undefined
  const { round } = body
  return book.skipped.has(round - 1) || book.precommitted.has(round - 1) || book.precommitted.has(round)
}
