import { type FeedId, type FeedMessage, verifyCertificate } from '../feeds/index.js'
import {
  type AnyCertificate,
  heightOf,
  isCertificate,
  isVote,
  type Law,
  OPEN_HEIGHTS,
  voteStage,
} from '../protocol/index.js'
import { Lag } from './statistics/index.js'

/** Messages of one feed that speak of one height: rounds are few, and no rule asks for more. */
const FLOOD = 1024

export interface Timeliness {
  readonly feed: FeedId
  readonly stage: string
  readonly votes: number
  /** Votes that came more than nine heights after their own was decided. */
  readonly late: number
  /** Most heights that one came late. */
  readonly worst: number
}

export interface Flood {
  readonly feed: FeedId
  readonly height: number
  readonly messages: number
}

/** What only the order of arrival tells, counted in decided heights: clocks prove nothing. */
export class Arrivals {
  readonly lag: Lag
  /** Highest height with a commit certificate so far. */
  #decided = 0
  readonly #timeliness = new Map<
    string,
    { feed: FeedId; stage: string; votes: number; late: number; worst: number }
  >()
  readonly #lanes = new Map<FeedId, { readonly base: number; readonly heights: number[] }>()
  readonly #floods = new Map<string, Flood>()
  /** By feed: the height it spoke of last, and how often in a row. */
  readonly #runs = new Map<FeedId, { height: number; messages: number }>()

  constructor(private readonly law: Law) {
    this.lag = new Lag(law)
  }

  /** Takes the next message of its feed. */
  take(message: FeedMessage): void {
    const { body, author } = message
    const place = this.law.registry.placeOf(author)
    if (place?.role === 'transaction-validator') this.#noteLane(message)
    const height = heightOf(body)
    if (height === null) return
    if (isVote(message) || isCertificate(message)) this.lag.note(author, this.#decided - height)
    if (isVote(message)) this.#noteVote(author, voteStage(message), height)
    this.#noteRun(author, height)
    if (height > this.#decided && isCertificate(message) && this.#decides(message)) this.#decided = height
  }

  /** Decided heights that were known when this message of a lane arrived. */
  decidedAt(lane: FeedId, sequence: number): number | undefined {
    const { base = 0, heights = [] } = this.#lanes.get(lane) ?? {}
    return heights[sequence - base - 1]
  }

  /** Last sequence of a lane that was read. */
  lengthOf(lane: FeedId): number {
    const { base = 0, heights = [] } = this.#lanes.get(lane) ?? {}
    return base + heights.length
  }

  timeliness(): readonly Timeliness[] {
    return [...this.#timeliness.values()]
  }

  floods(): readonly Flood[] {
    return [...this.#floods.values()]
  }

  /** A certificate that does not hold could claim any height. */
  #decides({ body }: AnyCertificate): boolean {
    const { electorate, verify } = this.law
    return body.type === 'committed' && verifyCertificate(body, electorate, verify).verdict === 'accept'
  }

  /** A lane that was pruned begins late. */
  #noteLane({ author, sequence }: FeedMessage): void {
    const known = this.#lanes.get(author)
    if (known) known.heights.push(this.#decided)
    else this.#lanes.set(author, { base: sequence - 1, heights: [this.#decided] })
  }

  #noteVote(feed: FeedId, stage: string, height: number): void {
    const name = `${feed} ${stage}`
    const known = this.#timeliness.get(name) ?? { feed, stage, votes: 0, late: 0, worst: 0 }
    this.#timeliness.set(name, known)
    known.votes++
    const behind = this.#decided - height
    if (behind > OPEN_HEIGHTS) known.late++
    known.worst = Math.max(known.worst, behind)
  }

  #noteRun(feed: FeedId, height: number): void {
    const before = this.#runs.get(feed)
    const run = before?.height === height ? before : { height, messages: 0 }
    this.#runs.set(feed, run)
    run.messages++
    if (run.messages > FLOOD) this.#floods.set(`${feed} ${height}`, { feed, height, messages: run.messages })
  }
}
