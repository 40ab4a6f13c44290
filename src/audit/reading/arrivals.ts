import { type FeedId, type FeedMessage, type Stage, verifyCertificate } from '../../feeds/index.js'
import {
  type AnyCertificate,
  heightOf,
  isCertificate,
  isVote,
  type Law,
  OPEN_HEIGHTS,
  voteStage,
} from '../../protocol/index.js'
import { FeedNumbers } from './feed-numbers.js'
import { lowerMedian, SourceOrders, upperMedian } from './source-orders.js'
import { Lag } from '../statistics/index.js'

/** Messages of one feed that speak of one height: rounds are few, and no rule asks for more. */
const FLOOD = 1024

export interface Timeliness {
  readonly feed: FeedId
  readonly stage: Stage
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

/** Of each message of a feed. */
interface Spoken {
  /** Height that it speaks of; 0 for none. */
  readonly heights: FeedNumbers
  /** Stage that it votes at, by its place in {@link STAGES}, from 1; 0 for none. */
  readonly stages: FeedNumbers
}

const STAGES: readonly Stage[] = ['precommit', 'skip', 'commit', 'seal']

/** What only the order of arrival tells, counted in decided heights: clocks prove nothing. */
export class Arrivals {
  readonly #orders: SourceOrders
  readonly #spoken = new Map<FeedId, Spoken>()
  /** Commit certificates that hold and were news to a source. */
  readonly #decisions = new Map<FeedId, Map<number, number>>()
  readonly #floods = new Map<string, Flood>()
  /** By feed: the height it spoke of last, and how often in a row. */
  readonly #runs = new Map<FeedId, { height: number; messages: number }>()

  /** @param members of the sources, as {@link SourceOrders} takes them */
  constructor(
    private readonly law: Law,
    members: readonly (FeedId | undefined)[],
  ) {
    this.#orders = new SourceOrders(members)
  }

  /** Takes the next message of its feed, whichever source it came from. */
  take(message: FeedMessage): void {
    const { body, author, sequence } = message
    const height = heightOf(body)
    const spoken = this.#spoken.get(author) ?? spokenFrom(sequence)
    this.#spoken.set(author, spoken)
    spoken.heights.note(sequence, height ?? 0)
    spoken.stages.note(sequence, isVote(message) ? STAGES.indexOf(voteStage(message)) + 1 : 0)
    if (height === null) return
    this.#noteRun(author, height)
    if (height > this.#orders.decidedEverywhere && isCertificate(message) && this.#decides(message)) {
      this.#decisions.set(
        author,
        (this.#decisions.get(author) ?? new Map<number, number>()).set(sequence, height),
      )
    }
  }

  /** A source gives a message that was taken, then or before. */
  arrive(source: number, author: FeedId, sequence: number): void {
    if (!this.#spoken.has(author)) return
    this.#orders.arrive(source, author, sequence, this.#decisions.get(author)?.get(sequence))
  }

  /** Decided heights when this message of a lane had arrived at half of the sources and one more. */
  decidedAt(lane: FeedId, sequence: number): number | undefined {
    return upperMedian(this.#orders.decidedAt(lane, sequence, this.#memberOf(lane)))
  }

  /** Last sequence of a lane that was read. */
  lengthOf(lane: FeedId): number {
    return this.#spoken.get(lane)?.heights.last ?? 0
  }

  /** One entry for each feed and stage that it voted at. */
  timeliness(): readonly Timeliness[] {
    return [...this.#spoken].flatMap(([feed, { stages }]) => {
      const counts = STAGES.map((stage) => ({ feed, stage, votes: 0, late: 0, worst: 0 }))
      for (const [sequence, behind] of this.#heightsBehind(feed)) {
        const count = counts[(stages.at(sequence) ?? 0) - 1]
        if (!count) continue
        count.votes++
        if (behind > OPEN_HEIGHTS) count.late++
        count.worst = Math.max(count.worst, behind)
      }
      return counts.filter(({ votes }) => votes > 0)
    })
  }

  lag(): Lag {
    const lag = new Lag(this.law)
    for (const feed of this.#spoken.keys()) {
      for (const [, behind] of this.#heightsBehind(feed)) lag.note(feed, behind)
    }
    return lag
  }

  floods(): readonly Flood[] {
    return [...this.#floods.values()]
  }

  /** Of each message that speaks of a height: decided heights beyond it when half of the sources had received it. */
  *#heightsBehind(feed: FeedId): Generator<readonly [sequence: number, behind: number]> {
    const member = this.#memberOf(feed)
    for (const [sequence, height] of this.#spoken.get(feed)?.heights.entries() ?? []) {
      const decided = height === 0 ? undefined : lowerMedian(this.#orders.decidedAt(feed, sequence, member))
      if (decided !== undefined) yield [sequence, Math.max(0, decided - height)]
    }
  }

  #memberOf(feed: FeedId): FeedId | undefined {
    return this.law.registry.placeOf(feed)?.member.id
  }

  /** A certificate that does not hold could claim any height. */
  #decides({ body }: AnyCertificate): boolean {
    const { electorate, verify } = this.law
    return body.type === 'committed' && verifyCertificate(body, electorate, verify).verdict === 'accept'
  }

  #noteRun(feed: FeedId, height: number): void {
    const before = this.#runs.get(feed)
    const run = before?.height === height ? before : { height, messages: 0 }
    this.#runs.set(feed, run)
    run.messages++
    if (run.messages > FLOOD) this.#floods.set(`${feed} ${height}`, { feed, height, messages: run.messages })
  }
}

const spokenFrom = (sequence: number): Spoken => ({
  heights: new FeedNumbers(sequence),
  stages: new FeedNumbers(sequence),
})
