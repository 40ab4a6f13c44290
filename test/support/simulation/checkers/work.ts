import type { Effect, Event } from '../../../../src/protocol/index.js'
import type { SimulatedNode } from '../node.js'
import { expectThat } from '../observer.js'
import type { Observer } from '../observer.js'
import { makesBlock } from './fair-share.js'
import type { Knowledge } from './knowledge.js'
import type { Lanes } from './lanes.js'

/** Rule 3 of protocol section 5: a round's timer runs only while something could be decided. */
export class WorkChecker implements Observer {
  readonly #rounds = new Map<SimulatedNode, number>()

  constructor(
    private readonly knowledge: Knowledge,
    private readonly lanes: Lanes,
  ) {}

  booted(node: SimulatedNode): void {
    this.#rounds.set(node, 0)
  }

  stepped(node: SimulatedNode, _event: Event, effects: readonly Effect[]): void {
    if (!node.behaviour.correct || !node.isValidator) return
    for (const effect of effects) {
      if (effect.kind === 'entered') this.#rounds.set(node, effect.round)
      if (effect.kind !== 'timer' || effect.timer !== 'round' || effect.delayMs === null) continue
      const { decided, executed } = this.knowledge.of(node)
      const facts = { node: node.name, height: decided + 1, round: this.#rounds.get(node) }
      expectThat(executed < decided || this.#isWork(node, decided + 1), 'timer-without-work', facts)
    }
  }

  #isWork(node: SimulatedNode, height: number): boolean {
    const { precommitted, proposals } = this.knowledge.at(node, height)
    if (precommitted.size > 0 || proposals.has(this.#rounds.get(node) ?? 0)) return true
    const everything = this.lanes.feeds.map(() => Infinity)
    return makesBlock(this.lanes.shareOf(node, height, everything))
  }
}
