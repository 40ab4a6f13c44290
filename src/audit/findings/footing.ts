import type { FeedId } from '../../feeds/index.js'
import { type Law, type Vote, voteStage } from '../../protocol/index.js'
import type { Accuser } from './accuser.js'
import type { AuditedHeight } from '../chain/heights.js'
import { compareShares, rateOf, type Share } from './odds.js'

/** So often a source may lack what a correct validator's vote links: what is said last may not have come everywhere. */
const ABSENT_BY_CHANCE = 0.05

interface Tally {
  readonly feed: FeedId
  readonly stage: string
  trials: number
  hits: number
}

/**
 * Votes that link what nobody holds. One proves nothing, since a message may be missing from the sources; but everyone
 * keeps and shows the certificates that it votes on, so that hardly any of a correct validator's are.
 */
export class Footing {
  readonly #tallies = new Map<string, Tally>()

  constructor(private readonly law: Law) {}

  take({ votes, groundless }: Pick<AuditedHeight, 'votes' | 'groundless'>): void {
    const without = new Set(groundless)
    for (const vote of votes) this.#note(vote, without.has(vote))
  }

  /**
   * Whoever certifies may show one branch of its feed to a validator, and the other to everyone else: while such a fork is
   * known, nobody is accused of having seen what others did not.
   */
  accuse(accuser: Pick<Accuser, 'evident'>, isForked: (feed: FeedId) => boolean): void {
    const { messagenodes } = this.law.network.genesis
    if (messagenodes.some(({ roles }) => Object.values(roles).some(isForked))) return
    for (const tally of this.#tallies.values()) {
      const { feed, stage, trials, hits } = tally
      const place = this.law.registry.placeOf(feed)
      const { isFarAbove, expected, chance } = compareShares(tally, this.#othersThan(tally), ABSENT_BY_CHANCE)
      if (!isFarAbove || !place) continue
      accuser.evident({
        code: 'groundless-votes',
        culprits: [{ owner: place.member.id, role: place.role }],
        messages: [],
        height: null,
        count: hits,
        facts: { stage, votes: trials, groundless: hits, rate: rateOf(tally), expected, chance },
      })
    }
  }

  #note(vote: Vote, isGroundless: boolean): void {
    const name = `${vote.author} ${voteStage(vote)}`
    const tally = this.#tallies.get(name) ?? { feed: vote.author, stage: voteStage(vote), trials: 0, hits: 0 }
    this.#tallies.set(name, tally)
    tally.trials++
    if (isGroundless) tally.hits++
  }

  #othersThan({ feed, stage }: Tally): Share {
    const others = [...this.#tallies.values()].filter((each) => each.stage === stage && each.feed !== feed)
    return others.reduce(
      (sum, { trials, hits }) => ({ trials: sum.trials + trials, hits: sum.hits + hits }),
      { trials: 0, hits: 0 },
    )
  }
}
