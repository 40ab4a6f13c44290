import type { AssembledBody, FeedId, FeedMessage, MessageOf } from '../feeds/index.js'
import { verifyCertificate } from '../feeds/index.js'
import { type Place, type Registry, ROLE_MESSAGES } from '../roles/index.js'
import { ignore, reject, type Refusal } from '../util/index.js'
import {
  type AnyCertificate,
  type Books,
  bookAt,
  certificateName,
  enterCertificate,
  type HeightBook,
  highestCertified,
  isAssembled,
  isCertificate,
  standing,
} from './book.js'
import type { Chain } from './chain.js'
import type { Intake } from './intake.js'
import { hold } from './lane.js'
import { refuse, type Turn } from './turn.js'
import { forgetBelow, type Wanted } from './wanted.js'

/** What one node has seen, whatever its kind: the chain, and what is known of the heights still open. */
export interface View<State> {
  readonly chain: Chain<State>
  readonly books: Books
  readonly intake: Intake
  readonly wanted: Wanted
  /** Lowest height still known; everything below is over, and messages about it are moot. */
  floor: number
  /** Something computed here differs from what a quorum signed: nothing is said any more. */
  halted: boolean
}

/** A message that belongs where it stands, and what it newly taught; votes and slots are left to the caller. */
export type Observed =
  | { readonly kind: 'refused' }
  | { readonly kind: 'known' }
  | { readonly kind: 'certificate'; readonly message: AnyCertificate }
  | { readonly kind: 'other'; readonly place: Place }

/**
 * Proposals kept of one assembler and height, besides one for each round that a quorum has precommitted: honest ones have
 * a handful; the rest is an attack on memory.
 */
const PROPOSALS_PER_ASSEMBLER = 32

export const observe = <State>(view: View<State>, message: FeedMessage, turn: Turn): Observed => {
  const { chain } = view
  const asked = view.wanted.delete(message.key)
  const place = chain.registry.placeOf(message.author)
  if (!place) return refused(turn, message, ignore('unregistered-author'))
  const lane = chain.laneOf.get(message.author)
  if (lane) hold(lane, message)
  const { body } = message
  if (body.type === 'junk') return refused(turn, message, reject('junk', { reason: body.code }))
  if (!ROLE_MESSAGES[place.role].includes(body.type)) {
    return refused(turn, message, reject('wrong-feed', { role: place.role, type: body.type }))
  }
  if (isAssembled(message)) return noteProposal(view, message, place, asked, turn)
  if (isCertificate(message)) return learn(view, message, place.member.id, turn)
  return { kind: 'other', place }
}

const refused = (turn: Turn, message: FeedMessage, refusal: Refusal): Observed => {
  refuse(turn, message, refusal)
  return { kind: 'refused' }
}

/** `assembler(h, r) = Messagenode[(h + r) mod m]`: its main id. */
export const assemblerOf = (
  { registry }: { readonly registry: Pick<Registry, 'epoch'> },
  height: number,
  round: number,
): FeedId => {
  const { messagenodes } = registry.epoch
  const assembler = messagenodes[(height + round) % messagenodes.length]
  if (!assembler) throw new RangeError('a network has at least one Messagenode')
  return assembler.id
}

const noteProposal = <State>(
  { chain, books }: View<State>,
  message: MessageOf<AssembledBody>,
  { member }: Place,
  asked: boolean,
  turn: Turn,
): Observed => {
  const { height, round } = message.body
  if (height <= chain.executed.height) return { kind: 'known' }
  if (assemblerOf(chain, height, round) !== member.id) {
    return refused(turn, message, reject('out-of-turn', { height, round }))
  }
  const book = bookAt(books, height)
  const siblings = book.proposals.get(round) ?? []
  if (siblings.some((other) => other.key === message.key)) return { kind: 'known' }
  if (!asked && uncertifiedProposals(book, message.author) >= PROPOSALS_PER_ASSEMBLER) {
    const floor = highestCertified(book)
    for (const past of book.proposals.keys()) {
      if (past < floor && !book.precommitted.has(past)) book.proposals.delete(past)
    }
    if (uncertifiedProposals(book, message.author) >= PROPOSALS_PER_ASSEMBLER) {
      return refused(turn, message, ignore('too-many-proposals', { height }))
    }
  }
  book.proposals.set(round, [...siblings, message])
  return { kind: 'other', place: { member, role: 'block-assembler', index: -1 } }
}

/**
 * One proposal of each precommitted round is not counted. An assembler alone gets no round precommitted, and with rounds
 * too short for the network a height may have any number of them: were they counted, it would never be decided.
 */
const uncertifiedProposals = (book: HeightBook, author: FeedId): number => {
  let count = 0
  for (const [round, siblings] of book.proposals) {
    const own = siblings.filter((proposal) => proposal.author === author).length
    count += own > 0 && book.precommitted.has(round) ? own - 1 : own
  }
  return count
}

const learn = <State>(
  { chain, books, floor }: View<State>,
  message: AnyCertificate,
  messagenode: FeedId,
  turn: Turn,
): Observed => {
  const { body } = message
  if (body.height < floor) return { kind: 'known' }
  if (body.height <= chain.decided.height && body.type === 'precommitted') return { kind: 'known' }
  const book = bookAt(books, body.height)
  const first = standing(book, body)
  if (first) {
    // One that decides otherwise counts for nothing; who signed both is for the watch to find.
    if (sameDecision(first, message)) noteShown(book.shownBy, message, messagenode)
    return { kind: 'known' }
  }
  const verdict = verifyCertificate(body, chain.electorate, chain.context.verify)
  if (verdict.verdict !== 'accept') return refused(turn, message, verdict)
  noteShown(book.shownBy, message, messagenode)
  enterCertificate(book, message)
  return { kind: 'certificate', message }
}

/** Signer sets and roots legitimately differ between Messagenodes: only decisions are compared. */
const sameDecision = ({ body: a }: AnyCertificate, { body: b }: AnyCertificate): boolean => {
  if (a.skip || b.skip) return a.skip && b.skip
  return a.block === b.block && a.xRoot === b.xRoot && a.stateRoot === b.stateRoot
}

const noteShown = (
  shownBy: Map<string, Set<FeedId>>,
  { body }: AnyCertificate,
  messagenode: FeedId,
): void => {
  const name = certificateName(body)
  const shown = shownBy.get(name)
  if (shown) shown.add(messagenode)
  else shownBy.set(name, new Set([messagenode]))
}

/** Heights behind the executed one that stay known, for late certificates and for offers. */
const HEIGHTS_KEPT = 12

/** The lowest height known to a node whose highest executed one is this. */
export const floorAt = (executedHeight: number): number => Math.max(0, executedHeight - HEIGHTS_KEPT)

/** Forgets heights that are over: well below the executed one, and below everything this node has yet to do. */
export const forgetHeights = <State>(view: View<State>, nextToDo: number): void => {
  view.floor = Math.max(view.floor, Math.min(floorAt(view.chain.executed.height), nextToDo))
  for (const height of view.books.keys()) if (height < view.floor) view.books.delete(height)
  forgetBelow(view.wanted, view.chain.executed.height + 1)
}
