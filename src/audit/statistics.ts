import type { FeedId, MessageKey, Stage } from '../feeds/index.js'
import { type Law, voteStage } from '../protocol/index.js'
import type { Accuser } from './findings/accuser.js'
import type { Arrivals } from './reading/arrivals.js'
import type { AuditedHeight } from './chain/heights.js'
import { type ExclusionFacts, Exclusions } from './findings/exclusions.js'
import { Footing } from './findings/footing.js'
import type { ReplayStart } from './origin.js'
import { type Repeated, repeatedCertificates } from './findings/repeated.js'
import {
  Assembly,
  type AssemblyFacts,
  type LagFacts,
  Participation,
  type ParticipationFacts,
  type ReceptionTimes,
  Timing,
  type TimingFacts,
  VOTE_STAGES,
} from './statistics/index.js'
import { type LaneFacts, Waiting } from './findings/waiting.js'

/** Votes of one validator at one stage, over the heights that were executed. */
export interface VoteFacts {
  readonly validator: string
  readonly stage: Stage
  readonly given: number
  /** A fact, whose cause nobody can attribute: not voting, not being heard, not being needed. */
  readonly missed: number
  /** Votes that came more than nine heights after their own was decided, and the most heights one did. */
  readonly late: number
  readonly worstLate: number
}

/** Numbers that accuse nobody by themselves (docs/auditing.md defines each). */
export interface AuditFacts {
  /** Signatures in a certificate. */
  readonly quorum: number
  readonly votes: readonly VoteFacts[]
  readonly exclusions: readonly ExclusionFacts[]
  readonly participation: readonly ParticipationFacts[]
  readonly timing: readonly TimingFacts[]
  readonly assembly: readonly AssemblyFacts[]
  readonly lanes: readonly LaneFacts[]
  readonly lag: readonly LagFacts[]
}

const ROLE_OF_STAGE = { precommit: 'precommitter', commit: 'committer', seal: 'sealer' } as const

const LATE_VOTES_AT_LEAST = 32

export interface StatisticsOptions {
  readonly law: Law
  readonly arrivals: Arrivals
  readonly isForked: (feed: FeedId) => boolean
  readonly times: ReceptionTimes
  /** Where the replay begins. */
  readonly start: ReplayStart
}

/** Counts over all heights that are replayed, by member. */
export class Statistics {
  readonly #law: Law
  readonly #arrivals: Arrivals
  readonly #isForked: (feed: FeedId) => boolean
  readonly #exclusions: Exclusions
  readonly #footing: Footing
  readonly #waiting: Waiting
  readonly #participation: Participation
  readonly #timing: Timing
  readonly #assembly: Assembly
  readonly #given = new Map<string, number>()
  readonly #repeated: (Repeated & { readonly height: number })[] = []
  #heights = 0

  constructor({ law, arrivals, isForked, times, start }: StatisticsOptions) {
    this.#law = law
    this.#arrivals = arrivals
    this.#isForked = isForked
    this.#exclusions = new Exclusions(law)
    this.#footing = new Footing(law)
    this.#waiting = new Waiting(law, arrivals, isForked, start)
    this.#participation = new Participation(law)
    this.#timing = new Timing(law, times)
    this.#assembly = new Assembly(law)
  }

  /** Takes the next executed height. */
  take(audited: AuditedHeight): void {
    this.#heights++
    this.#countVotes(audited)
    const { height, certificates } = audited
    for (const repeated of repeatedCertificates(certificates, this.#isForked)) {
      this.#repeated.push({ height, ...repeated })
    }
    this.#exclusions.takeCertificates(audited)
    this.#footing.take(audited)
    this.#waiting.take(audited, this.#exclusions)
    this.#participation.take(audited)
    this.#timing.take(audited)
    this.#assembly.take(audited)
  }

  facts(): AuditFacts {
    return {
      quorum: this.#law.network.genesis.quorum,
      votes: this.#votes(),
      exclusions: this.#exclusions.facts(),
      participation: this.#participation.facts(),
      timing: this.#timing.facts(),
      assembly: this.#assembly.facts(),
      lanes: this.#waiting.facts(),
      lag: this.#arrivals.lag().facts(),
    }
  }

  #votes(): readonly VoteFacts[] {
    const timeliness = new Map(
      this.#arrivals.timeliness().map((each) => [`${each.feed} ${each.stage}`, each]),
    )
    return this.#law.network.genesis.validators.flatMap(({ id, name, roles }) =>
      VOTE_STAGES.map((stage) => {
        const given = this.#given.get(`${id} ${stage}`) ?? 0
        const { late = 0, worst = 0 } = timeliness.get(`${roles[ROLE_OF_STAGE[stage]]} ${stage}`) ?? {}
        return { validator: name, stage, given, missed: this.#heights - given, late, worstLate: worst }
      }),
    )
  }

  /** What the numbers make evident. */
  accuse(accuser: Accuser): void {
    this.#exclusions.accuse(accuser)
    this.#footing.accuse(accuser, this.#isForked)
    this.#waiting.accuse(accuser)
    for (const { author, height, keys } of this.#repeated) {
      this.#accuseFeed(accuser, 'repeated-certificate', author, 1, { height }, keys)
    }
    for (const { feed, height, messages } of this.#arrivals.floods()) {
      this.#accuseFeed(accuser, 'flooding', feed, messages, { height, messages })
    }
    for (const { feed, stage, votes, late, worst } of this.#arrivals.timeliness()) {
      if (late < LATE_VOTES_AT_LEAST || late * 2 < votes) continue
      this.#accuseFeed(accuser, 'late-votes', feed, late, { stage, votes, late, worstHeights: worst })
    }
  }

  #countVotes({ votes }: AuditedHeight): void {
    const given = new Set(
      votes.flatMap((vote) => {
        const place = this.#law.registry.placeOf(vote.author)
        return place ? [`${place.member.id} ${voteStage(vote)}`] : []
      }),
    )
    for (const name of given) this.#given.set(name, (this.#given.get(name) ?? 0) + 1)
  }

  #accuseFeed(
    accuser: Accuser,
    code: 'repeated-certificate' | 'flooding' | 'late-votes',
    feed: FeedId,
    count: number,
    facts: Readonly<Record<string, unknown>>,
    messages: readonly MessageKey[] = [],
  ): void {
    const place = this.#law.registry.placeOf(feed)
    if (!place) return
    const culprits = [{ owner: place.member.id, role: place.role }]
    const height = typeof facts['height'] === 'number' ? facts['height'] : null
    accuser.evident({ code, culprits, messages, height, count, facts })
  }
}
