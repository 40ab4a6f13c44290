import type { FeedId } from '../../feeds/index.js'
import type { Law, Millis } from '../../protocol/index.js'
import { lanesOf } from '../../roles/index.js'
import type { AuditedHeight } from '../chain/heights.js'
import { HeightBuckets } from './height-buckets.js'
import { type Distribution, Histogram, type Summary } from './histogram.js'
import {
  type Answer,
  BLOCK_STAGES,
  type BlockStage,
  CERTIFICATE_STAGES,
  decisionOf,
  milestonesOf,
  stageDurations,
} from './milestones.js'
import { VOTE_STAGES } from './participation.js'
import type { AuditClock, ReceptionTimes } from './times.js'

/** Milliseconds by one clock. */
export interface TimingFacts {
  readonly clock: 'timestamps' | 'arrival'
  /** The source whose times of arrival these are. */
  readonly source: string | null
  readonly stages: readonly (Distribution & { readonly stage: BlockStage })[]
  /** From the proposal that decided until the first commit certificate. */
  readonly decision: Summary
  /** Each message of a lane until the proposal that decided it, each vote since what it links, each certificate since the quorum. */
  readonly members: readonly MemberTiming[]
  readonly pipeline: readonly PipelineFacts[]
}

export interface MemberTiming extends Summary {
  readonly member: string
  readonly stage: Answer['stage'] | 'wait'
}

/** Stages of the blocks over a stretch of heights. */
export interface PipelineFacts {
  readonly firstHeight: number
  readonly lastHeight: number
  /** Mean milliseconds; null where no block of them has both ends. */
  readonly meanMs: Readonly<Record<BlockStage, number | null>>
  /** Rounds that failed before the one that decided. */
  readonly lostRounds: number
  readonly transactions: number
}

/** How long everything took, by every clock that there is. */
export class Timing {
  readonly #byClock: readonly ClockTiming[]

  constructor(law: Law, times: ReceptionTimes) {
    this.#byClock = times.clocks().map((clock) => new ClockTiming(law, clock))
  }

  take(audited: AuditedHeight): void {
    for (const timing of this.#byClock) timing.take(audited)
  }

  facts(): readonly TimingFacts[] {
    return this.#byClock.map((timing) => timing.facts())
  }
}

interface Sums {
  readonly ms: number[]
  readonly blocks: number[]
  lostRounds: number
  transactions: number
}

class ClockTiming {
  readonly #stages = BLOCK_STAGES.map(() => new Histogram())
  readonly #decision = new Histogram()
  readonly #members = new Map<string, Histogram>()
  readonly #lanes: readonly FeedId[]
  readonly #cut: number[]
  readonly #pipeline = new HeightBuckets<Sums>((into, more) => {
    for (const index of BLOCK_STAGES.keys()) {
      into.ms[index] = (into.ms[index] ?? 0) + (more.ms[index] ?? 0)
      into.blocks[index] = (into.blocks[index] ?? 0) + (more.blocks[index] ?? 0)
    }
    into.lostRounds += more.lostRounds
    into.transactions += more.transactions
  })

  constructor(
    private readonly law: Law,
    private readonly clock: AuditClock,
  ) {
    this.#lanes = lanesOf(law.network.genesis)
    this.#cut = this.#lanes.map(() => 0)
  }

  take(audited: AuditedHeight): void {
    const oldest = this.#takeLanes(audited)
    const milestones = milestonesOf(audited, this.clock, oldest, this.law.network.genesis.quorum)
    const durations = stageDurations(milestones)
    const decision = decisionOf(milestones)
    if (decision !== undefined) this.#decision.add(decision)
    for (const [index, duration] of durations.entries()) {
      if (duration !== undefined) this.#stages[index]?.add(duration)
    }
    for (const { author, stage, duration } of milestones.answers) this.#member(author, stage).add(duration)
    this.#pipeline.take(audited.height, {
      ms: durations.map((duration) => Math.max(0, duration ?? 0)),
      blocks: durations.map((duration) => (duration === undefined ? 0 : 1)),
      lostRounds: audited.block.assembled.body.round,
      transactions: audited.block.transactions.length,
    })
  }

  facts(): TimingFacts {
    return {
      clock: this.clock.source === null ? 'timestamps' : 'arrival',
      source: this.clock.source === null ? null : this.clock.name,
      stages: BLOCK_STAGES.map((stage, index) => ({
        stage,
        ...(this.#stages[index] ?? new Histogram()).distribution(),
      })),
      decision: this.#decision.summary(),
      members: this.#memberFacts(),
      pipeline: this.#pipeline.all().map(({ first, last, value }) => ({
        firstHeight: first,
        lastHeight: last,
        meanMs: meansOf(value),
        lostRounds: value.lostRounds,
        transactions: value.transactions,
      })),
    }
  }

  /** When the oldest message of the block was there. */
  #takeLanes({ block: { assembled } }: AuditedHeight): Millis | undefined {
    const proposedAt = this.clock.timeOf(assembled)
    let oldest: Millis | undefined
    for (const { lane, sequence } of assembled.body.cut) {
      const feed = this.#lanes[lane]
      const before = this.#cut[lane] ?? 0
      this.#cut[lane] = sequence
      if (feed === undefined) continue
      for (let next = before + 1; next <= sequence; next++) {
        const time = this.clock.timeAt(feed, next)
        if (time === undefined) continue
        oldest = Math.min(oldest ?? time, time)
        if (proposedAt !== undefined) this.#member(feed, 'wait').add(proposedAt - time)
      }
    }
    return oldest
  }

  #member(author: FeedId, stage: MemberTiming['stage']): Histogram {
    const name = `${author} ${stage}`
    const known = this.#members.get(name) ?? new Histogram()
    this.#members.set(name, known)
    return known
  }

  #memberFacts(): readonly MemberTiming[] {
    const { validators, messagenodes } = this.law.network.genesis
    const factsOf = (member: string, feed: FeedId, stage: MemberTiming['stage']): MemberTiming => ({
      member,
      stage,
      ...(this.#members.get(`${feed} ${stage}`) ?? new Histogram()).summary(),
    })
    return [
      ...validators.flatMap(({ name, roles }) => [
        factsOf(name, roles['transaction-validator'], 'wait'),
        ...VOTE_STAGES.map((stage) => factsOf(name, roles[VOTERS[stage]], stage)),
      ]),
      ...messagenodes.flatMap(({ name, roles }) =>
        CERTIFICATE_STAGES.map((stage) => factsOf(name, roles[COUNTERS[stage]], stage)),
      ),
    ]
  }
}

const VOTERS = { precommit: 'precommitter', commit: 'committer', seal: 'sealer' } as const
const COUNTERS = {
  precommitted: 'precommit-counter',
  committed: 'commit-counter',
  sealed: 'seal-counter',
} as const

const meansOf = ({ ms, blocks }: Sums): PipelineFacts['meanMs'] => {
  const mean = (stage: BlockStage): number | null => {
    const index = BLOCK_STAGES.indexOf(stage)
    const many = blocks[index] ?? 0
    return many === 0 ? null : Math.round((10 * (ms[index] ?? 0)) / many) / 10
  }
  return {
    wait: mean('wait'),
    precommits: mean('precommits'),
    precommitted: mean('precommitted'),
    commits: mean('commits'),
    committed: mean('committed'),
    seals: mean('seals'),
    sealed: mean('sealed'),
  }
}
