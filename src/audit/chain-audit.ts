import type { AssembledBody, CertificateBody, FeedMessage, MessageKey, MessageOf } from '../feeds/index.js'
import {
  type AnyCertificate,
  assemblerOf,
  type Context,
  type Culprit,
  type ExecutedBlock,
  genesisOrigin,
  isAssembled,
  isCertificate,
  isVote,
  isVoteSigned,
  type Law,
  linksOf,
  type Judgement,
  type Origin,
  Replay,
  type Vote,
} from '../protocol/index.js'
import { lanesOf, type Place } from '../roles/index.js'
import type { Accuser } from './accuser.js'
import type { Library } from './library.js'
import { fillLanes } from './lane-filling.js'
import { laneGrounds } from './lane-grounds.js'

/** Everything about one height that was read, with what the replay made of it. */
export interface AuditedHeight {
  readonly height: number
  /** Well signed by members, in the feed of the role. */
  readonly votes: readonly Vote[]
  /** Those of them that link a message which is in no source. */
  readonly groundless: readonly Vote[]
  /** Of the right assembler. */
  readonly proposals: readonly MessageOf<AssembledBody>[]
  /** Those that hold. */
  readonly certificates: readonly AnyCertificate[]
  readonly block: ExecutedBlock
}

/** The next height, before it is executed. */
export interface OpenHeight<State> extends Omit<AuditedHeight, 'block'> {
  /** What a validator would say of each proposal. */
  readonly judgements: ReadonlyMap<MessageKey, Judgement<State>>
}

/** What became of it. */
export type ClosedHeight =
  | {
      readonly kind: 'executed'
      readonly block: ExecutedBlock
      /** Keys of the lane messages that it consists of. */
      readonly content: readonly MessageKey[]
    }
  | { readonly kind: 'ended'; readonly end: ReplayEnd }

/** Whom a height's charges are told to. */
export type Accusations = Pick<Accuser, 'weigh' | 'weighByLanes' | 'evident'>

/** Why the replay ended where it did. */
export type ReplayEnd =
  /** No commit certificate for the next height was read. */
  | 'undecided'
  /** The next height is decided, but its proposal or content is in no source. */
  | 'missing-content'
  /** A quorum signed another result than the block has: nothing after it can be judged. */
  | 'diverged'

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
  #unjudged = 0

  constructor(
    private readonly context: Context<State>,
    private readonly law: Law,
    private readonly library: Library,
    private readonly accuser: Accusations,
    origin: Origin<State> = genesisOrigin(context),
  ) {
    this.replay = new Replay(context, origin)
  }

  /** Gives each executed height to `onHeight`, in order. */
  async run(onHeight: (height: AuditedHeight) => void): Promise<Replayed> {
    for (;;) {
      const opened = await this.open()
      const closed = this.close(opened)
      if (closed.kind === 'ended') return { end: closed.end, unjudged: this.#unjudged }
      const { judgements: _judged, ...audited } = opened
      onHeight({ ...audited, block: closed.block })
    }
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
      judgements.set(proposal.key, await this.#judge(proposal, messages, certificates))
    }
    const votes = messages.filter(isVote).filter((vote) => this.#isSigned(vote))
    const groundless: Vote[] = []
    for (const vote of votes) if (!(await this.#judgeVote(vote, certificates))) groundless.push(vote)
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
      this.#convictNobody('diverged-execution', height, [decided], { signed: expected, computed })
      return { kind: 'ended', end: 'diverged' }
    }
    this.#compare(replayed.block, votes, certificates)
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

  async #judge(
    proposal: MessageOf<AssembledBody>,
    messages: readonly FeedMessage[],
    certificates: readonly AnyCertificate[],
  ): Promise<Judgement<State>> {
    const judgement = this.replay.judge(proposal)
    if (judgement.kind === 'accept') return judgement
    if (judgement.kind !== 'refuse') {
      this.#unjudged++
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
      this.#unjudged++
      return judgement
    }
    const { height, round } = proposal.body
    const details = { height, facts: { height, round, reason, ...facts } }
    if (!isProved) this.#evident('invalid-proposal', proposal, [proposal], details)
    for (const vote of messages.filter(isVote)) {
      if (vote.body.type !== 'precommit' || vote.body.skip || vote.body.assembled !== proposal.key) continue
      if (!this.#isSigned(vote) || (await this.accuser.weigh(vote, proposal))) continue
      if (await this.#weighByLanes('voted-for-invalid', proposal, vote)) continue
      this.#evident('voted-for-invalid', vote, [vote, proposal], details)
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

  /** Against what it links, and against what quorums signed of the same block; whether all that it links is here. */
  async #judgeVote(vote: Vote, certificates: readonly AnyCertificate[]): Promise<boolean> {
    let isGrounded = true
    for (const key of linksOf(vote)) {
      const linked = await this.library.message(key)
      if (linked) await this.accuser.weigh(vote, linked)
      else isGrounded = false
    }
    await this.#weighAgainstRival(vote, certificates)
    return isGrounded
  }

  async #weighAgainstRival(vote: Vote, certificates: readonly AnyCertificate[]): Promise<void> {
    const { body } = vote
    if (!('block' in body)) return
    const rival = certificates.find(
      ({ body: other }) =>
        !other.skip &&
        other.block === body.block &&
        (other.xRoot !== body.xRoot ||
          (body.type === 'seal' && other.stateRoot !== null && other.stateRoot !== body.stateRoot)),
    )
    if (rival) await this.accuser.weigh(vote, rival)
  }

  /** What was computed here, beside what was signed. */
  #compare(block: ExecutedBlock, votes: readonly Vote[], certificates: readonly AnyCertificate[]): void {
    const { height, stateRoot } = block
    const sealed = certificates.find(({ body }) => isSealOf(body, block) && body.stateRoot !== stateRoot)
    const quorumSealed = certificates.some(({ body }) => body.type === 'sealed')
    if (sealed && isSealOf(sealed.body, block)) {
      this.#convictNobody('diverged-state', height, [sealed], {
        signed: sealed.body.stateRoot,
        computed: stateRoot,
      })
    }
    for (const vote of votes) {
      const { body } = vote
      if (body.type === 'precommit' && !body.skip && body.block === block.value.block) {
        this.#compareExceptions(vote, body.exceptions, block)
      }
      // Beside a quorum's, the vote and the certificate prove it.
      if (body.type !== 'seal' || body.block !== block.value.block || body.stateRoot === stateRoot) continue
      if (quorumSealed || sealed) continue
      const facts = { height, computed: stateRoot, signed: body.stateRoot }
      this.#evident('wrong-state-root', vote, [vote], { height, facts })
    }
  }

  #compareExceptions(
    vote: Vote,
    { count, positions }: { readonly count: number; readonly positions: readonly number[] },
    { height, codes, value }: ExecutedBlock,
  ): void {
    if (!('xRoot' in vote.body) || vote.body.xRoot !== value.xRoot) return
    const failed = [...codes.entries()].flatMap(([position, code]) => (code === 0 ? [] : [position]))
    if (count === failed.length && positions.every((position, index) => position === failed[index])) return
    const facts = { height, listed: count, failed: failed.length }
    this.#evident('wrong-exceptions', vote, [vote], { height, facts })
  }

  #evident(
    code: Parameters<Accuser['evident']>[0]['code'],
    of: FeedMessage,
    messages: readonly FeedMessage[],
    details: { readonly height: number; readonly facts: Readonly<Record<string, unknown>> },
  ): void {
    const place = this.#placeOf(of)
    const culprits: Culprit[] = place ? [{ owner: place.member.id, role: place.role }] : []
    this.accuser.evident({ code, culprits, messages: messages.map(({ key }) => key), ...details })
  }

  #convictNobody(
    code: 'diverged-execution' | 'diverged-state',
    height: number,
    messages: readonly FeedMessage[],
    facts: Readonly<Record<string, unknown>>,
  ): void {
    this.accuser.evident({ code, culprits: [], messages: messages.map(({ key }) => key), height, facts })
  }
}

const isSealOf = (body: AnyCertificate['body'], { value }: ExecutedBlock): body is CertificateBody =>
  body.type === 'sealed' && body.block === value.block

/** Refusals that depend on which branch of a lane is held. */
const BLURRED: ReadonlySet<string> = new Set([
  'unfair-cut',
  'nothing-to-propose',
  'detached-cut',
  'forked-lane',
])

const ROLE_OF: Readonly<Partial<Record<FeedMessage['body']['type'], Place['role']>>> = {
  precommit: 'precommitter',
  commit: 'committer',
  seal: 'sealer',
  assembled: 'block-assembler',
  precommitted: 'precommit-counter',
  committed: 'commit-counter',
  sealed: 'seal-counter',
}
