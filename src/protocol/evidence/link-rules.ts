import { type FeedMessage, type MessageKey, verifyCertificate } from '../../feeds/index.js'
import { isAssembled, isCertificate } from '../book.js'
import { isVote, isVoteSigned, type Vote, voteRound } from '../votes.js'
import { type Charge, culpritOf, type Law } from './law.js'
import { chargesOfMessage } from './single-rules.js'

/** What a vote and a message that it links prove against the voter, in either order. */
export const voteBesideLink = (law: Law, a: FeedMessage, b: FeedMessage): Charge | null =>
  judged(law, a, b) ?? judged(law, b, a)

const judged = (law: Law, vote: FeedMessage, linked: FeedMessage): Charge | null => {
  if (!isVote(vote) || !linksOf(vote).includes(linked.key)) return null
  const place = law.registry.placeOf(vote.author)
  if (!place || place.member.kind !== 'validator') return null
  const code = faultOf(law, vote, linked)
  if (code === null || !isVoteSigned(vote, law.network, law.registry, law.verify)) return null
  const { height, type } = vote.body
  return { code, culprits: [culpritOf(place)], facts: { height, round: voteRound(vote), type } }
}

/** The messages without which the vote may not be. */
export const linksOf = ({ body }: Vote): readonly MessageKey[] => {
  if (body.type === 'seal') return [body.committed]
  if (body.type === 'commit') return [body.precommitted]
  return [body.skip ? null : body.assembled, body.entry].filter((key) => key !== null)
}

const faultOf = (
  law: Law,
  vote: Vote,
  linked: FeedMessage,
): 'voted-for-invalid' | 'unfounded-vote' | null => {
  const { body } = vote
  if (body.type === 'precommit' && !body.skip && linked.key === body.assembled) {
    if (!isAssembled(linked)) return 'unfounded-vote'
    const { height, round, block } = linked.body
    if (height !== body.height || round !== body.round || block !== body.block) return 'unfounded-vote'
    return chargesOfMessage(law, linked).length > 0 ? 'voted-for-invalid' : null
  }
  return isFounding(law, vote, linked) ? null : 'unfounded-vote'
}

/** Whether a certificate holds and is one from which the vote follows (protocol section 5, rules 2, 4 and 6). */
const isFounding = (law: Law, { body: vote }: Vote, linked: FeedMessage): boolean => {
  if (!isCertificate(linked)) return false
  const { body } = linked
  if (body.height !== vote.height) return false
  if (verifyCertificate(body, law.electorate, law.verify).verdict !== 'accept') return false
  if (vote.type === 'precommit') {
    const rounds = body.skip ? [vote.round - 1] : [vote.round - 1, vote.round]
    return body.type === 'precommitted' && rounds.includes(body.round)
  }
  if (body.skip || body.block !== vote.block || body.xRoot !== vote.xRoot) return false
  return vote.type === 'commit'
    ? body.type === 'precommitted' && body.round === vote.round
    : body.type === 'committed'
}
