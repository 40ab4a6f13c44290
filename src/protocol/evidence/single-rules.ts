import { emptyBlock, type FeedMessage, verifyCertificate } from '../../feeds/index.js'
import { type Place, ROLE_MESSAGES } from '../../roles/index.js'
import { isAssembled, isCertificate } from '../book.js'
import { assemblerOf } from '../view.js'
import type { EvidenceCode } from './codes.js'
import { type Charge, culpritOf, type Law } from './law.js'
import { isVote, isVoteSigned } from '../votes.js'
import { flawedProposal } from './proposal-rules.js'

/** Finds what one message, which its author signed, proves by itself. */
type SingleRule = (law: Law, place: Place, message: FeedMessage) => Charge | null

const charge = (code: EvidenceCode, place: Place, facts: Charge['facts'] = {}): Charge => ({
  code,
  culprits: [culpritOf(place)],
  facts,
})

/** A main feed is its owner's: what stands there beside the protocol is nobody's business. */
const junk: SingleRule = (_law, place, { body }) =>
  body.type === 'junk' && place.role !== 'main' ? charge('junk', place, { reason: body.code }) : null

const wrongFeed: SingleRule = (_law, place, { body }) =>
  body.type !== 'junk' && !ROLE_MESSAGES[place.role].includes(body.type)
    ? charge('wrong-feed', place, { type: body.type })
    : null

const badVote: SingleRule = ({ network, registry, verify }, place, message) =>
  !isVote(message) || isVoteSigned(message, network, registry, verify)
    ? null
    : charge('bad-vote', place, { type: message.body.type, height: message.body.height })

const badCertificate: SingleRule = ({ electorate, verify }, place, message) => {
  if (!isCertificate(message)) return null
  const verdict = verifyCertificate(message.body, electorate, verify)
  if (verdict.verdict === 'accept') return null
  const { type, height } = message.body
  return charge('bad-certificate', place, { type, height, reason: verdict.code })
}

const outOfTurn: SingleRule = (law, place, message) => {
  if (!isAssembled(message)) return null
  const { height, round } = message.body
  return assemblerOf(law, height, round) === place.member.id
    ? null
    : charge('out-of-turn', place, { height, round })
}

/** E(h) is a pure function of chain and height. Far up, only the step from its own predecessor is recomputed. */
const wrongEmptyBlock: SingleRule = ({ network, slotAt }, place, { body }) => {
  if (body.type !== 'block') return null
  const { height, previous, hash } = body
  const right = slotAt(height) ?? emptyBlock(network.chainId, height, previous)
  const before = slotAt(height - 1) ?? previous
  return hash === right && previous === before ? null : charge('wrong-empty-block', place, { height })
}

/** `wrongFeed` stands alone: what stands in a foreign feed breaks none of the rules of its own. */
const RULES: readonly SingleRule[] = [badVote, badCertificate, outOfTurn, flawedProposal, wrongEmptyBlock]

/** Everything that one message proves. Its author's signature is checked; where it stands is not. */
export const chargesOfMessage = (law: Law, message: FeedMessage): readonly Charge[] => {
  const place = law.registry.placeOf(message.author)
  if (!place || place.member.kind === 'observer') return []
  const misplaced = junk(law, place, message) ?? wrongFeed(law, place, message)
  if (misplaced) return place.role === 'main' ? [] : [misplaced]
  return RULES.flatMap((rule) => rule(law, place, message) ?? [])
}
