import type { AssembledBody, FeedMessage, MessageOf } from '../../feeds/index.js'
import {
  type AnyCertificate,
  type Context,
  isCertificate,
  isVote,
  isVoteSigned,
  type Judgement,
  type Law,
  type Replay,
  type Vote,
} from '../../protocol/index.js'
import { lanesOf } from '../../roles/index.js'
import { type Accusations, accuseAuthor } from './accusations.js'
import { laneGrounds } from './lane-grounds.js'
import type { Library } from '../reading/library.js'

/** What refused proposals charge their authors with, and those who precommitted them. */
export class ProposalCharges<State> {
  /** Proposals that could not be judged, since what they stand on is in no source, or a fork of a lane blurs it. */
  unjudged = 0

  constructor(
    private readonly context: Context<State>,
    private readonly law: Law,
    private readonly library: Library,
    private readonly accuser: Accusations,
    private readonly replay: Replay<State>,
  ) {}

  /** @param messages everything that speaks of the height, @param certificates those of it that hold */
  async judge(
    proposal: MessageOf<AssembledBody>,
    messages: readonly FeedMessage[],
    certificates: readonly AnyCertificate[],
  ): Promise<Judgement<State>> {
    const judgement = this.replay.judge(proposal)
    if (judgement.kind === 'accept') return judgement
    if (judgement.kind !== 'refuse') {
      this.unjudged++
      return judgement
    }
    const { code: reason, facts } = judgement.refusal
    const quorums = [...certificates, ...(await this.#decidedBefore(proposal.body.height))]
    const isProved =
      (await this.accuser.weigh(proposal)) ||
      (await this.#weighAgainst(proposal, quorums)) ||
      (await this.#weighByLanes('invalid-proposal', proposal))
    // What a proof rests on is the same for everyone, whatever branches there are.
    if (this.isBlurred(reason) && !isProved) {
      this.unjudged++
      return judgement
    }
    const { height, round } = proposal.body
    const details = { height, facts: { height, round, reason, ...facts } }
    if (!isProved) accuseAuthor(this.accuser, this.law, 'invalid-proposal', [proposal], details)
    for (const vote of messages.filter(isVote)) {
      if (vote.body.type !== 'precommit' || vote.body.skip || vote.body.assembled !== proposal.key) continue
      if (!this.#isSigned(vote) || (await this.accuser.weigh(vote, proposal))) continue
      if (await this.#weighByLanes('voted-for-invalid', proposal, vote)) continue
      accuseAuthor(this.accuser, this.law, 'voted-for-invalid', [vote, proposal], details)
    }
    return judgement
  }

  /** While a lane has two branches, who knows of both judges otherwise than who knows of one (protocol section 8). */
  isBlurred(reason: string): boolean {
    const isForked = lanesOf(this.context.network.genesis).some((lane) => this.library.isForked(lane))
    return isForked && BLURRED.has(reason)
  }

  /** What the lanes prove against a proposal, or against a vote for it. */
  async #weighByLanes(
    code: 'invalid-proposal' | 'voted-for-invalid',
    proposal: MessageOf<AssembledBody>,
    ...votes: readonly Vote[]
  ): Promise<boolean> {
    const { network } = this.context
    const lanes = await laneGrounds(network, this.library, this.replay, proposal)
    if (!lanes) return false
    const values = await Promise.all([...votes, proposal].map(({ key }) => this.library.value(key)))
    const whole = values.filter((value) => value !== undefined)
    return this.accuser.weighByLanes(code, whole, lanes)
  }

  async #decidedBefore(height: number): Promise<readonly AnyCertificate[]> {
    const before = await this.library.atHeight(height - 1)
    return before.filter(isCertificate).filter(({ body }) => body.type === 'committed')
  }

  async #weighAgainst(message: FeedMessage, others: readonly FeedMessage[]): Promise<boolean> {
    for (const other of others) if (await this.accuser.weigh(message, other)) return true
    return false
  }

  #isSigned(vote: Vote): boolean {
    const { network, registry, verify } = this.law
    return isVoteSigned(vote, network, registry, verify)
  }
}

/** Refusals that depend on which branch of a lane is held. */
const BLURRED: ReadonlySet<string> = new Set([
  'unfair-cut',
  'nothing-to-propose',
  'detached-cut',
  'forked-lane',
])
