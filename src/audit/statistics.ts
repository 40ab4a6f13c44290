import type { FeedId, MessageKey, Stage } from '../feeds/index.js'
import { type Law, voteStage } from '../protocol/index.js'
import type { Accuser } from './accuser.js'
import type { Arrivals } from './arrivals.js'
import type { AuditedHeight } from './chain-audit.js'
import { type ExclusionFacts, Exclusions } from './exclusions.js'
import { GENESIS, type ReplayStart } from './origin.js'
import { type Repeated, repeatedCertificates } from './repeated.js'
import { Waiting } from './waiting.js'

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

const STAGES = ['precommit', 'commit', 'seal'] as const
const ROLE_OF_STAGE = { precommit: 'precommitter', commit: 'committer', seal: 'sealer' } as const

const LATE_VOTES_AT_LEAST = 32

/** Counts over the whole chain, by member. */
export class Statistics {
  readonly #exclusions: Exclusions
  readonly #waiting: Waiting
  readonly #given = new Map<string, number>()
  readonly #repeated: (Repeated & { readonly height: number })[] = []
  #heights = 0

  constructor(
    private readonly law: Law,
    private readonly arrivals: Arrivals,
    private readonly isForked: (feed: FeedId) => boolean,
    start: ReplayStart = GENESIS,
  ) {
    this.#exclusions = new Exclusions(law)
    this.#waiting = new Waiting(law, arrivals, isForked, start)
  }

  /** Takes the next executed height. */
  take(audited: AuditedHeight): void {
    this.#heights++
    this.#countVotes(audited)
    const { height, certificates } = audited
    for (const repeated of repeatedCertificates(certificates, this.isForked)) {
      this.#repeated.push({ height, ...repeated })
    }
    this.#exclusions.takeCertificates(audited)
    this.#waiting.take(audited, this.#exclusions)
  }

  votes(): readonly VoteFacts[] {
    const timeliness = new Map(this.arrivals.timeliness().map((each) => [`${each.feed} ${each.stage}`, each]))
    return this.law.network.genesis.validators.flatMap(({ id, name, roles }) =>
      STAGES.map((stage) => {
        const given = this.#given.get(`${id} ${stage}`) ?? 0
        const { late = 0, worst = 0 } = timeliness.get(`${roles[ROLE_OF_STAGE[stage]]} ${stage}`) ?? {}
        return { validator: name, stage, given, missed: this.#heights - given, late, worstLate: worst }
      }),
    )
  }

  exclusions(): readonly ExclusionFacts[] {
    return this.#exclusions.facts()
  }

  /** What the numbers make evident. */
  accuse(accuser: Accuser): void {
    this.#exclusions.accuse(accuser)
    this.#waiting.accuse(accuser)
    for (const { author, height, keys } of this.#repeated) {
      this.#accuseFeed(accuser, 'repeated-certificate', author, 1, { height }, keys)
    }
    for (const { feed, height, messages } of this.arrivals.floods()) {
      this.#accuseFeed(accuser, 'flooding', feed, messages, { height, messages })
    }
    for (const { feed, stage, votes, late, worst } of this.arrivals.timeliness()) {
      if (late < LATE_VOTES_AT_LEAST || late * 2 < votes) continue
      this.#accuseFeed(accuser, 'late-votes', feed, late, { stage, votes, late, worstHeights: worst })
    }
  }

  #countVotes({ votes }: AuditedHeight): void {
    const given = new Set(
      votes.flatMap((vote) => {
        const place = this.law.registry.placeOf(vote.author)
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
    const place = this.law.registry.placeOf(feed)
    if (!place) return
    const culprits = [{ owner: place.member.id, role: place.role }]
    const height = typeof facts['height'] === 'number' ? facts['height'] : null
    accuser.evident({ code, culprits, messages, height, count, facts })
  }
}
