import { type FeedId, type FeedMessage, stageOf } from '../../feeds/index.js'
import { type AnyCertificate, type Millis, type Vote, voteStage } from '../../protocol/index.js'
import type { AuditedHeight } from '../chain/heights.js'
import { VOTE_STAGES, type VoteStage } from './participation.js'
import type { AuditClock } from './times.js'

/** From one thing that happens to a block to the next. */
export const BLOCK_STAGES = [
  'wait',
  'precommits',
  'precommitted',
  'commits',
  'committed',
  'seals',
  'sealed',
] as const
export type BlockStage = (typeof BLOCK_STAGES)[number]

export const CERTIFICATE_STAGES = ['precommitted', 'committed', 'sealed'] as const

/** A member's part in one block: since what it answers. */
export interface Answer {
  readonly author: FeedId
  readonly stage: VoteStage | (typeof CERTIFICATE_STAGES)[number]
  readonly duration: Millis
}

/** When a decided block reached each of its stages, by one clock. */
export interface Milestones {
  /** Oldest message of a lane in the block, then the proposal, then for each vote the quorum and the first certificate. */
  readonly times: readonly (Millis | undefined)[]
  readonly answers: readonly Answer[]
}

type Timed = Pick<AuditClock, 'timeOf'>
type Decided = Pick<AuditedHeight, 'votes' | 'certificates' | 'block'>

export const milestonesOf = (
  { votes, certificates, block }: Decided,
  clock: Timed,
  oldest: Millis | undefined,
  quorum: number,
): Milestones => {
  const times: (Millis | undefined)[] = [oldest, clock.timeOf(block.assembled)]
  const answers: Answer[] = []
  for (const stage of VOTE_STAGES) {
    const cast = firstByAuthor(votes.filter((vote) => voteStage(vote) === stage && isFor(vote, block)))
    const counted = certificates.filter((each) => stageOf(each.body) === stage && isFor(each, block))
    const quorumAt = earliest(clock, cast)[quorum - 1]
    for (const vote of cast) answer(vote.author, stage, causeOf(vote, block, certificates), vote)
    for (const certificate of firstByAuthor(counted)) {
      if (!certificate.body.skip) answer(certificate.author, certificate.body.type, quorumAt, certificate)
    }
    times.push(quorumAt, earliest(clock, counted)[0])
  }
  return { times, answers }

  function answer(
    author: FeedId,
    stage: Answer['stage'],
    cause: FeedMessage | Millis | undefined,
    effect: FeedMessage,
  ): void {
    const from = typeof cause === 'object' ? clock.timeOf(cause) : cause
    const to = clock.timeOf(effect)
    if (from !== undefined && to !== undefined) answers.push({ author, stage, duration: to - from })
  }
}

/** Durations of the stages; unknown where either end is. */
export const stageDurations = ({ times }: Pick<Milestones, 'times'>): readonly (Millis | undefined)[] =>
  BLOCK_STAGES.map((_, index) => {
    const [from, to] = times.slice(index, index + 2)
    return from === undefined || to === undefined ? undefined : to - from
  })

/** From the proposal to the first commit certificate. */
export const decisionOf = ({ times }: Pick<Milestones, 'times'>): Millis | undefined => {
  const [from, to] = [times[BLOCK_STAGES.indexOf('precommits')], times[BLOCK_STAGES.indexOf('committed') + 1]]
  return from === undefined || to === undefined ? undefined : to - from
}

const isFor = ({ body }: Vote | AnyCertificate, { value }: AuditedHeight['block']): boolean =>
  'block' in body && body.block === value.block

/** What the vote links: the proposal, or the certificate of the stage before. */
const causeOf = (
  { body }: Vote,
  { assembled }: AuditedHeight['block'],
  certificates: readonly AnyCertificate[],
): FeedMessage | undefined => {
  if (body.type === 'precommit') return !body.skip && body.assembled === assembled.key ? assembled : undefined
  const link = body.type === 'commit' ? body.precommitted : body.committed
  return certificates.find(({ key }) => key === link)
}

const firstByAuthor = <Message extends FeedMessage>(messages: readonly Message[]): readonly Message[] => {
  const first = new Map<FeedId, Message>()
  for (const message of messages) {
    const known = first.get(message.author)
    if (!known || message.sequence < known.sequence) first.set(message.author, message)
  }
  return [...first.values()]
}

const earliest = (clock: Timed, messages: readonly FeedMessage[]): readonly Millis[] =>
  messages.flatMap((message) => clock.timeOf(message) ?? []).sort((a, b) => a - b)
