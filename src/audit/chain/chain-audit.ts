import type { AssembledBody, FeedMessage, MessageKey, MessageOf } from '../../feeds/index.js'
import {
  type AnyCertificate,
  assemblerOf,
  type Context,
  genesisOrigin,
  isAssembled,
  isCertificate,
  isVote,
  isVoteSigned,
  type Judgement,
  type Law,
  type Origin,
  Replay,
  type Vote,
} from '../../protocol/index.js'
import { lanesOf, type Place } from '../../roles/index.js'
import type { Library } from '../reading/library.js'
import { type Accusations, convictNobody } from './accusations.js'
import type { AuditedHeight, ClosedHeight, OpenHeight, ReplayEnd } from './heights.js'
import { fillLanes } from './lane-filling.js'
import { ProposalCharges } from './proposal-charges.js'
import { VoteCharges } from './vote-charges.js'

export interface Replayed {
  readonly end: ReplayEnd
  /** Proposals that could not be judged, since what they stand on is in no source, or a fork of a lane blurs it. */
  readonly unjudged: number
}

/**
 * The second pass: the chain is executed again, height by height, from the commit certificates. Proposals are judged by
 * the function by which validators judge them, and what the block really does is held against every vote and
 * certificate for it.
 */
export class ChainAudit<State> {
  readonly replay: Replay<State>
  readonly #proposals: ProposalCharges<State>
  readonly #votes: VoteCharges

  constructor(
    private readonly context: Context<State>,
    private readonly law: Law,
    private readonly library: Library,
    private readonly accuser: Accusations,
    origin: Origin<State> = genesisOrigin(context),
  ) {
    this.replay = new Replay(context, origin)
    this.#proposals = new ProposalCharges(context, law, library, accuser, this.replay)
    this.#votes = new VoteCharges(law, library, accuser)
  }

  /** Gives each executed height to `onHeight`, in order. */
  async run(onHeight: (height: AuditedHeight) => void): Promise<Replayed> {
    for (;;) {
      const opened = await this.open()
      const closed = this.close(opened)
      if (closed.kind === 'ended') return { end: closed.end, unjudged: this.#proposals.unjudged }
      const { judgements: _judged, ...audited } = opened
      onHeight({ ...audited, block: closed.block })
    }
  }

  /** Whether branches of a lane could be the reason of such a refusal. */
  isBlurred(reason: string): boolean {
    return this.#proposals.isBlurred(reason)
  }

  /** Reads everything about the next height, and judges its proposals and votes. */
  async open(): Promise<OpenHeight<State>> {
    const height = this.replay.height + 1
    const messages = await this.#belonging(height)
    for (const message of messages) this.replay.enter(message)
    const proposals = messages.filter(isAssembled).filter((proposal) => this.#isInTurn(proposal))
    await fillLanes(this.replay, this.library, lanesOf(this.context.network.genesis), proposals)
    const certificates = messages.filter(isCertificate).filter((certificate) => this.#holds(certificate))
    const judgements = new Map<MessageKey, Judgement<State>>()
    for (const proposal of proposals) {
      judgements.set(proposal.key, await this.#proposals.judge(proposal, messages, certificates))
    }
    const votes = messages.filter(isVote).filter((vote) => this.#isSigned(vote))
    const groundless: Vote[] = []
    for (const vote of votes) if (!(await this.#votes.judge(vote, certificates))) groundless.push(vote)
    return { height, votes, groundless, proposals, certificates, judgements }
  }

  /** Executes the height that was opened as it was decided. */
  close({ height, votes, certificates }: OpenHeight<State>): ClosedHeight {
    const decided = this.replay.book.committed
    if (!decided) return { kind: 'ended', end: 'undecided' }
    const replayed = this.replay.execute(decided)
    if (replayed.kind === 'missing') return { kind: 'ended', end: 'missing-content' }
    if (replayed.kind === 'diverged') {
      const { expected, computed } = replayed
      const facts = { signed: expected, computed }
      convictNobody(this.accuser, 'diverged-execution', height, [decided], facts)
      return { kind: 'ended', end: 'diverged' }
    }
    this.#votes.compare(replayed.block, votes, certificates)
    return replayed
  }

  /** What stands in the feed of the role that may say it. */
  async #belonging(height: number): Promise<readonly FeedMessage[]> {
    const messages = await this.library.atHeight(height)
    return messages.filter((message) => {
      const role = this.#placeOf(message)?.role
      return role !== undefined && ROLE_OF[message.body.type] === role
    })
  }

  #placeOf({ author }: FeedMessage): Place | undefined {
    return this.law.registry.placeOf(author)
  }

  #holds(certificate: AnyCertificate): boolean {
    return this.replay.verdictOn(certificate).verdict === 'accept'
  }

  #isSigned(vote: Vote): boolean {
    const { network, registry, verify } = this.law
    return isVoteSigned(vote, network, registry, verify)
  }

  #isInTurn(proposal: MessageOf<AssembledBody>): boolean {
    const { height, round } = proposal.body
    return assemblerOf(this.law, height, round) === this.#placeOf(proposal)?.member.id
  }
}

const ROLE_OF: Readonly<Partial<Record<FeedMessage['body']['type'], Place['role']>>> = {
  precommit: 'precommitter',
  commit: 'committer',
  seal: 'sealer',
  assembled: 'block-assembler',
  precommitted: 'precommit-counter',
  committed: 'commit-counter',
  sealed: 'seal-counter',
}
