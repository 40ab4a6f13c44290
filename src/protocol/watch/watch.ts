import type { FeedId, FeedMessage, FeedPlace, MessageKey } from '../../feeds/index.js'
import type { Place } from '../../roles/index.js'
import { type AnyCertificate, isAssembled, isCertificate } from '../book.js'
import {
  type Charge,
  chargeOfPlaces,
  chargesOfMessage,
  chargesOfPair,
  evidenceName,
  type Law,
} from '../evidence/index.js'
import { isVote, voteRound } from '../votes.js'
import { Answers, questionOf } from './answers.js'
import { BoundedMap } from './bounded-map.js'
import { CertificateShelf } from './certificate-shelf.js'
import { FeedPlaces } from './feed-places.js'
import type { Finding, Quote, Sign } from './finding.js'
import { Links } from './links.js'
import { linksIn, quotesIn } from './quotes.js'

/** Proposals remembered by key, and proposals that quote one not seen yet. */
const PROPOSALS_KEPT = 1024
const QUOTING_KEPT = 256

/**
 * Watches what members publish, and finds what section 8 of the protocol grades as proof. It reads everything, also
 * what is late and what consensus no longer needs; what it has forgotten it asks for. It remembers a bounded number
 * of recent heights and places of each feed. The same messages in the same order give the same signs.
 *
 * Every node runs one beside its core; it decides nothing there.
 */
export class Watch {
  readonly #feeds = new Map<FeedId, FeedPlaces>()
  readonly #answers = new Map<FeedId, Answers>()
  readonly #certificates = new CertificateShelf()
  readonly #links = new Links()
  readonly #recent = new Set<MessageKey>()
  readonly #proposals = new BoundedMap<MessageKey, FeedMessage>(PROPOSALS_KEPT)
  readonly #quoting = new BoundedMap<MessageKey, FeedMessage[]>(QUOTING_KEPT)
  /** Each behaviour of a member is told of once. */
  readonly #told = new Set<string>()
  #decided = 0

  constructor(private readonly law: Law) {}

  /** Takes a message of its feed; those of one feed come in order, and may come again. */
  take(message: FeedMessage): readonly Sign[] {
    const place = this.law.registry.placeOf(message.author)
    if (!place) return []
    const places = this.#placesOf(message.author)
    const { last } = places
    if (last && message.sequence <= last.sequence) return this.takeFetched(message, place.member.id)
    const { body } = message
    if (message.sequence !== (last?.sequence ?? 0) + 1 && 'height' in body) {
      this.#answersOf(message.author).missed(body.height)
    }
    const contradicting = places.add(message)
    this.#recent.add(message.key)
    this.#links.arrived(message.key)
    return [
      ...(last ? this.weigh(last, message) : []),
      ...(contradicting ? [compare(contradicting)] : []),
      ...this.#study(message, place),
      ...this.#quoted(message, place),
    ]
  }

  /** Takes a message that `from` showed by key: signed, but perhaps of another branch of its feed than is held. */
  takeFetched(message: FeedMessage, from: FeedId): readonly Sign[] {
    const place = this.law.registry.placeOf(message.author)
    if (!place || this.#recent.has(message.key)) return []
    this.#links.arrived(message.key)
    const { author: feed, sequence, key } = message
    return [...this.#compare({ feed, sequence, key, by: from }, message), ...this.#study(message, place)]
  }

  /** Takes what a member says of a feed outside of any message, such as an answer to `tips`. */
  takeQuote(quote: Quote): readonly Sign[] {
    return this.law.registry.placeOf(quote.feed) ? this.#compare(quote) : []
  }

  /** What two messages prove together. */
  weigh(a: FeedMessage, b: FeedMessage): readonly Sign[] {
    return this.#tell(chargesOfPair(this.law, a, b), [a, b])
  }

  #placesOf(feed: FeedId): FeedPlaces {
    const known = this.#feeds.get(feed)
    if (known) return known
    const places = new FeedPlaces((key) => this.#recent.delete(key))
    this.#feeds.set(feed, places)
    return places
  }

  #compare(quote: Quote, shown?: FeedPlace): readonly Sign[] {
    const places = this.#placesOf(quote.feed)
    if (quote.sequence > (places.last?.sequence ?? 0)) {
      places.expect(quote)
      return []
    }
    const held = places.at(quote.sequence)
    if (held?.key === quote.key) return []
    if (!held || !shown) return [compare(quote)]
    return this.#tell(chargeOfPlaces(this.law, held, shown), [held, shown])
  }

  /** What a message proves alone, and beside those remembered. */
  #study(message: FeedMessage, place: Place): readonly Sign[] {
    const charges = chargesOfMessage(this.law, message)
    return [
      ...this.#tell(charges, [message]),
      ...this.#studyAnswer(message, place),
      ...this.#studyProposal(message),
      ...(isCertificate(message) && charges.length === 0 ? this.#studyCertificate(message) : []),
    ]
  }

  #studyAnswer(message: FeedMessage, place: Place): readonly Sign[] {
    const question = questionOf(message)
    if (question === undefined || !('height' in message.body)) return []
    const { height } = message.body
    const earlier = this.#recall(message.author, height, question, message)
    this.#answersOf(message.author).note(height, question, message)
    const certificates = isVote(message) ? [...this.#certificates.at(height)] : []
    const beside = certificates.flatMap((certificate) => this.weigh(certificate, message))
    const excluded = excludedBy(message, place)
    const others = excluded ? this.#recall(excluded.feed, height, excluded.question, message) : []
    return [...earlier, ...beside, ...others]
  }

  #recall(feed: FeedId, height: number, question: string, message: FeedMessage): readonly Sign[] {
    const recalled = this.#answersOf(feed).recall(height, question)
    if (recalled.kind === 'forgotten') return [{ kind: 'scan', feed, height, suspect: message }]
    return recalled.kind === 'known' ? this.weigh(recalled.message, message) : []
  }

  #answersOf(feed: FeedId): Answers {
    const known = this.#answers.get(feed)
    if (known) return known
    const answers = new Answers()
    this.#answers.set(feed, answers)
    return answers
  }

  /** Each proposal is held against those it quotes, whichever comes first. */
  #studyProposal(message: FeedMessage): readonly Sign[] {
    if (!isAssembled(message)) return []
    this.#proposals.set(message.key, message)
    const signs = (this.#quoting.get(message.key) ?? []).flatMap((quoting) => this.weigh(quoting, message))
    this.#quoting.delete(message.key)
    for (const { key } of message.body.seen) {
      const quoted = this.#proposals.get(key)
      if (quoted) signs.push(...this.weigh(message, quoted))
      else this.#quoting.set(key, [...(this.#quoting.get(key) ?? []), message].slice(-QUOTING_KEPT))
    }
    return signs
  }

  #studyCertificate(message: AnyCertificate): readonly Sign[] {
    const votes = this.#isNews(message) ? this.#votesAt(message.body.height) : []
    const signs = [...this.#certificates.put(message), ...votes].flatMap((other) =>
      this.weigh(other, message),
    )
    const other = this.#certificates.otherDecision(message)
    if (other) signs.push(...this.#tellDisagreement(other, message))
    if (message.body.type !== 'committed' || message.body.height <= this.#decided) return signs
    this.#decided = message.body.height
    const overdue = this.#links.overdueAt(this.#decided)
    return [...signs, ...overdue.map(({ key, from }) => ({ kind: 'fetch', key, from }) as const)]
  }

  /** A block has one right result and one right state: the first certificate of each type tells of it. */
  #isNews({ body }: AnyCertificate): boolean {
    if (body.skip) return false
    const { type, block } = body
    return ![...this.#certificates.at(body.height)].some(
      ({ body: known }) => known.type === type && !known.skip && known.block === block,
    )
  }

  #votesAt(height: number): readonly FeedMessage[] {
    return [...this.#answers.values()].flatMap((answers) => [...answers.at(height)])
  }

  #quoted(message: FeedMessage, place: Place): readonly Sign[] {
    const height = 'height' in message.body ? message.body.height : 0
    for (const key of linksIn(message)) {
      if (!this.#recent.has(key)) this.#links.expect(key, place.member.id, height)
    }
    return quotesIn(message, place, this.law.registry).flatMap((quote) => this.#compare(quote))
  }

  #tell(charges: readonly Charge[], messages: readonly FeedPlace[]): Sign[] {
    return charges.flatMap((charge): Sign[] => {
      const name = evidenceName(charge)
      if (this.#told.has(name)) return []
      this.#told.add(name)
      return [finding({ ...charge, grade: 'proof', messages: messages.map(({ key }) => key) })]
    })
  }

  #tellDisagreement(a: AnyCertificate, b: AnyCertificate): Sign[] {
    const { height } = b.body
    const name = `conflicting-decisions ${height}`
    if (this.#told.has(name)) return []
    this.#told.add(name)
    const facts = { height, rounds: [a.body.round, b.body.round] }
    const messages = [a.key, b.key]
    return [finding({ code: 'conflicting-decisions', grade: 'evident', culprits: [], messages, facts })]
  }
}

const compare = (quote: Quote): Sign => ({ kind: 'compare', quote })
const finding = (found: Finding): Sign => ({ kind: 'finding', finding: found })

/** The vote in the other feed of the same validator that this one excludes. */
const excludedBy = (
  message: FeedMessage,
  { member }: Place,
): { readonly feed: FeedId; readonly question: string } | null => {
  if (member.kind !== 'validator' || !isVote(message)) return null
  const { precommitter, committer } = member.roles
  if (message.body.type === 'commit') return { feed: precommitter, question: `skip ${voteRound(message)}` }
  const isSkip = message.body.type === 'precommit' && message.body.skip
  return isSkip ? { feed: committer, question: `commit ${voteRound(message)}` } : null
}
