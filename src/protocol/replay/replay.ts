import {
  type AssembledBody,
  type CertificateBody,
  type FeedId,
  type FeedMessage,
  type Hash,
  type MessageOf,
  verifyCertificate,
} from '../../feeds/index.js'
import type { Verdict } from '../../util/index.js'
import {
  type AnyCertificate,
  type Books,
  bookAt,
  enterCertificate,
  type HeightBook,
  isAssembled,
  isCertificate,
  standing,
} from '../book.js'
import {
  type Chain,
  chainFrom,
  type Cut,
  decide,
  type Execution,
  executeNext,
  genesisOrigin,
  type Origin,
  placeCut,
  slotAt,
} from '../chain.js'
import { describing } from '../describe.js'
import { haveOf, hold } from '../lane.js'
import { laneLimitOf } from '../run.js'
import type { Context } from '../step.js'
import { judge, type Judgement } from '../validator/proposal.js'

/** What became of a decided height. */
export type Replayed =
  | Extract<Execution, { readonly kind: 'executed' | 'diverged' }>
  /** No proposal that describes the block is here, or not all of its content. */
  | { readonly kind: 'missing' }

/**
 * The chain again, height by height, for whoever has everything about a height at hand: the functions that decide,
 * judge and execute are those of validators and Messagenodes, without their rounds, windows and timers.
 */
export class Replay<State> {
  readonly #chain: Chain<State>
  readonly #books: Books = new Map()

  constructor(context: Context<State>, origin: Origin<State> = genesisOrigin(context)) {
    this.#chain = chainFrom(context, origin)
  }

  /** Of the last block executed. */
  get height(): number {
    return this.#chain.executed.height
  }

  get stateRoot(): Hash {
    return this.#chain.executed.stateRoot
  }

  /** Where that block left the lanes. */
  get cut(): Cut {
    return this.#chain.executed.cut
  }

  /** E(h) of that block. */
  get slot(): Hash {
    return slotAt(this.#chain, this.height)
  }

  get book(): HeightBook {
    return bookAt(this.#books, this.height + 1)
  }

  /** Whether more of a lane may be needed for the next height. */
  wantsMore(feed: FeedId): boolean {
    const lane = this.#chain.laneOf.get(feed)
    return lane !== undefined && !lane.closed && lane.bytes <= laneLimitOf(this.#view)
  }

  /** Last sequence of a lane that is held without a gap. */
  haveOf(feed: FeedId): number {
    const lane = this.#chain.laneOf.get(feed)
    return lane ? haveOf(lane) : 0
  }

  /** Takes a message of a lane. */
  hold(message: FeedMessage): void {
    const lane = this.#chain.laneOf.get(message.author)
    if (lane) hold(lane, message)
  }

  /** Takes a proposal or a certificate of the next height; what else it is given it leaves alone. */
  enter(message: FeedMessage): void {
    if (isAssembled(message)) this.#enterProposal(message)
    if (isCertificate(message) && this.verdictOn(message).verdict === 'accept') {
      if (!standing(this.book, message.body)) enterCertificate(this.book, message)
    }
  }

  verdictOn({ body }: AnyCertificate): Verdict {
    return verifyCertificate(body, this.#chain.electorate, this.#chain.context.verify)
  }

  /** What a validator would say of a proposal for the next height, once everything of that height was entered. */
  judge(proposal: MessageOf<AssembledBody>): Judgement<State> {
    return judge({ chain: this.#chain, books: this.#books }, proposal)
  }

  /** Executes the next height as this certificate decided it. */
  execute(certificate: MessageOf<CertificateBody>): Replayed {
    const chain = this.#chain
    const proposal = describing(chain, chain.executed, this.book, certificate.body.block)
    if (!proposal) return { kind: 'missing' }
    decide(chain, certificate)
    placeCut(chain.decided, chain.executed.cut, proposal)
    const execution = executeNext(chain, [])
    if (execution.kind !== 'executed') return execution.kind === 'diverged' ? execution : { kind: 'missing' }
    this.#books.delete(execution.block.height)
    return execution
  }

  get #view() {
    return { chain: this.#chain }
  }

  #enterProposal(message: MessageOf<AssembledBody>): void {
    const { proposals } = this.book
    proposals.set(message.body.round, [...(proposals.get(message.body.round) ?? []), message])
  }
}
