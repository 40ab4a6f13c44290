import { type Stage, stageOf } from '../../feeds/index.js'
import { type Culprit, type Law, voteStage } from '../../protocol/index.js'
import type { Network } from '../../roles/index.js'
import type { Accuser } from './accuser.js'
import type { AuditedHeight } from '../chain/heights.js'
import { compareShares, type Interval, rateOf, type Share, wilson } from './odds.js'

/** How often a Messagenode's certificates leave out a vote that was there to be counted, or its blocks a lane. */
export interface ExclusionFacts {
  readonly messagenode: string
  readonly of: 'votes' | 'lane'
  readonly validator: string
  readonly stage: Stage | null
  readonly trials: number
  readonly excluded: number
  readonly rate: number
  /** Of the rate, at 95 %. */
  readonly interval: Interval
  /** From the other Messagenodes' rate, or from chance if that is higher. */
  readonly expected: number
  /** Chance of so many exclusions or more at the expected rate. */
  readonly chance: number
}

const STAGES = ['precommit', 'commit', 'seal'] as const

/** Null stands for lanes. */
type Subject = (typeof STAGES)[number] | null
const SUBJECTS: readonly Subject[] = [...STAGES, null]

const ROLE_OF = {
  precommit: 'precommit-counter',
  commit: 'commit-counter',
  seal: 'seal-counter',
} as const

interface Compared {
  readonly facts: ExclusionFacts
  readonly culprit: Culprit
  readonly isFarAbove: boolean
}

/** Counts whom each Messagenode leaves out, and compares it with what the others do. */
export class Exclusions {
  readonly #tallies = new Map<string, Tally>()

  constructor(private readonly law: Law) {}

  /** A certificate could have counted every vote for its value that its publisher was shown: that stands in a feed. */
  takeCertificates({ votes, certificates }: Pick<AuditedHeight, 'votes' | 'certificates'>): void {
    for (const { author, body } of certificates) {
      const place = this.law.registry.placeOf(author)
      if (!place || body.skip) continue
      const stage = stageOf(body)
      for (const vote of votes) {
        const voter = this.law.registry.placeOf(vote.author)
        if (!voter || stage === 'skip' || voteStage(vote) !== stage) continue
        if (!('block' in vote.body) || vote.body.block !== body.block) continue
        const isExcluded = !body.signers.includes(voter.index)
        if (isExcluded && isNeedless(voter.index, body.signers)) continue
        this.#note(place.member.id, voter.index, stage, isExcluded)
      }
    }
  }

  /** An assembler that was free to choose took something of a lane, or not. */
  takeLane(messagenode: string, lane: number, isExcluded: boolean): void {
    this.#note(messagenode, lane, null, isExcluded)
  }

  facts(): readonly ExclusionFacts[] {
    return this.#compared().map(({ facts }) => facts)
  }

  accuse(accuser: Accuser): void {
    for (const { facts, culprit, isFarAbove } of this.#compared()) {
      if (!isFarAbove) continue
      const code = facts.of === 'votes' ? 'vote-exclusion' : 'lane-exclusion'
      const count = facts.excluded
      accuser.evident({ code, culprits: [culprit], messages: [], height: null, count, facts: { ...facts } })
    }
  }

  #note(messagenode: string, validator: number, subject: Subject, isExcluded: boolean): void {
    const name = nameOf(messagenode, validator, subject)
    const tally = this.#tallies.get(name) ?? new Tally()
    this.#tallies.set(name, tally)
    tally.add(isExcluded)
  }

  #compared(): readonly Compared[] {
    const { messagenodes, validators } = this.law.network.genesis
    return SUBJECTS.flatMap((subject) =>
      messagenodes.flatMap(({ id, name }) =>
        validators.flatMap((validator, index): Compared[] => {
          const own = this.#tallies.get(nameOf(id, index, subject))
          if (!own) return []
          const others = this.#othersThan(id, index, subject)
          const floor = subject === null ? 0 : chanceOfNeedless(this.law.network)
          const { isFarAbove, expected, chance } = compareShares(own, others, floor)
          const facts: ExclusionFacts = {
            messagenode: name,
            of: subject === null ? 'lane' : 'votes',
            validator: validator.name,
            stage: subject,
            trials: own.trials,
            excluded: own.hits,
            rate: rateOf(own),
            interval: wilson(own),
            expected,
            chance,
          }
          const role = subject === null ? 'block-assembler' : ROLE_OF[subject]
          return [{ facts, culprit: { owner: id, role }, isFarAbove: isFarAbove && others.trials > 0 }]
        }),
      ),
    )
  }

  #othersThan(messagenode: string, validator: number, subject: Subject): Share {
    const all = { trials: 0, hits: 0 }
    for (const { id } of this.law.network.genesis.messagenodes) {
      const other = id === messagenode ? undefined : this.#tallies.get(nameOf(id, validator, subject))
      all.trials += other?.trials ?? 0
      all.hits += other?.hits ?? 0
    }
    return all
  }
}

const nameOf = (messagenode: string, validator: number, subject: Subject): string =>
  `${messagenode} ${validator} ${subject ?? 'lane'}`

class Tally implements Share {
  trials = 0
  hits = 0

  add(isHit: boolean): void {
    this.trials++
    if (isHit) this.hits++
  }
}

/**
 * Of more votes than it needs, a certificate takes those of the lowest indices (protocol section 6): leaving out one
 * behind all signers says nothing.
 */
const isNeedless = (index: number, signers: readonly number[]): boolean =>
  signers.every((signer) => signer < index)

/** A certificate takes a quorum and no more: so often each validator is left out where all are alike. */
const chanceOfNeedless = ({ genesis: { validators, quorum } }: Network): number =>
  (validators.length - quorum) / validators.length
