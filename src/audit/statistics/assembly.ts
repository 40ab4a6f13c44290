import type { FeedId } from '../../feeds/index.js'
import { assemblerOf, type Law } from '../../protocol/index.js'
import type { AuditedHeight } from '../chain/heights.js'
import { type Interval, wilson } from '../findings/odds.js'

/** What one Messagenode did when it was its turn to propose, over the rounds up to those that decided. */
export interface AssemblyFacts {
  readonly messagenode: string
  /** Rounds in which it was the assembler. */
  readonly turns: number
  /** Turns if they were spread evenly. */
  readonly expectedTurns: number
  /** Turns in which a proposal of it was read. */
  readonly proposed: number
  /** Turns whose proposal was decided; the others were lost, whoever was the cause. */
  readonly decided: number
  readonly lost: number
  /** Decided of turns, with the 95 % interval, and what all Messagenodes together reach. */
  readonly rate: number
  readonly interval: Interval
  readonly expected: number
  /** Over its decided free choices: messages that its own `have` offered, and those that it took. */
  readonly offered: number
  readonly taken: number
}

class Tally {
  turns = 0
  proposed = 0
  decided = 0
  offered = 0
  taken = 0
}

/** Who proposed when it was its turn, and what came of it. */
export class Assembly {
  readonly #tallies = new Map<FeedId, Tally>()
  #cut: number[]

  constructor(private readonly law: Law) {
    this.#cut = law.network.genesis.validators.map(() => 0)
  }

  take({ height, proposals, block }: Pick<AuditedHeight, 'height' | 'proposals' | 'block'>): void {
    const { body } = block.assembled
    const proposedRounds = new Set(proposals.map((proposal) => proposal.body.round))
    for (let round = 0; round <= body.round; round++) {
      const tally = this.#tally(assemblerOf(this.law, height, round))
      tally.turns++
      if (proposedRounds.has(round)) tally.proposed++
    }
    const decider = this.#tally(assemblerOf(this.law, height, body.round))
    decider.decided++
    const before = this.#cut
    this.#cut = before.map(
      (sequence, lane) => body.cut.find((each) => each.lane === lane)?.sequence ?? sequence,
    )
    if (body.base !== -1) return
    for (const [lane, base] of before.entries()) {
      decider.offered += Math.max(0, (body.have[lane] ?? 0) - base)
      decider.taken += (this.#cut[lane] ?? 0) - base
    }
  }

  facts(): readonly AssemblyFacts[] {
    const { messagenodes } = this.law.network.genesis
    const all = [...this.#tallies.values()]
    const turns = all.reduce((sum, each) => sum + each.turns, 0)
    const decided = all.reduce((sum, each) => sum + each.decided, 0)
    return messagenodes.map(({ id, name }) => {
      const own = this.#tallies.get(id) ?? new Tally()
      const share = { trials: own.turns, hits: own.decided }
      return {
        messagenode: name,
        turns: own.turns,
        expectedTurns: turns / messagenodes.length,
        proposed: own.proposed,
        decided: own.decided,
        lost: own.turns - own.decided,
        rate: own.turns === 0 ? 0 : own.decided / own.turns,
        interval: wilson(share),
        expected: turns === 0 ? 0 : decided / turns,
        offered: own.offered,
        taken: own.taken,
      }
    })
  }

  #tally(messagenode: FeedId): Tally {
    const known = this.#tallies.get(messagenode) ?? new Tally()
    this.#tallies.set(messagenode, known)
    return known
  }
}
