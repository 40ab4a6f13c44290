import { type Law, voteStage } from '../../protocol/index.js'
import type { AuditedHeight } from '../chain/heights.js'
import { HeightBuckets } from './height-buckets.js'

export const VOTE_STAGES = ['precommit', 'commit', 'seal'] as const
export type VoteStage = (typeof VOTE_STAGES)[number]

/** Who voted over a stretch of heights. */
export interface ParticipationFacts {
  readonly firstHeight: number
  readonly lastHeight: number
  /** Heights with at least one vote, by validator in the order of the network file. */
  readonly given: Readonly<Record<VoteStage, readonly number[]>>
}

type Counts = Readonly<Record<VoteStage, number[]>>

/** In which heights each validator voted, in bounded memory. */
export class Participation {
  readonly #buckets = new HeightBuckets<Counts>((into, more) => {
    for (const stage of VOTE_STAGES) {
      for (const [index, count] of more[stage].entries())
        into[stage][index] = (into[stage][index] ?? 0) + count
    }
  })

  constructor(private readonly law: Law) {}

  take({ height, votes }: Pick<AuditedHeight, 'height' | 'votes'>): void {
    const none = (): number[] => this.law.network.genesis.validators.map(() => 0)
    const counts: Counts = { precommit: none(), commit: none(), seal: none() }
    for (const vote of votes) {
      const stage = VOTE_STAGES.find((each) => each === voteStage(vote))
      const index = this.law.registry.placeOf(vote.author)?.index
      if (stage !== undefined && index !== undefined) counts[stage][index] = 1
    }
    this.#buckets.take(height, counts)
  }

  facts(): readonly ParticipationFacts[] {
    return this.#buckets
      .all()
      .map(({ first, last, value }) => ({ firstHeight: first, lastHeight: last, given: value }))
  }
}
