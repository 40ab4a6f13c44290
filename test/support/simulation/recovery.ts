import type { Effect, Event } from '../../../src/protocol/index.js'
import type { SimulatedNode } from './node.js'
import type { Observer } from './observer.js'

/**
 * Measures how long a healed network needs until it decides something again, in rotations of the assembler: turns
 * taken from the round reached when it healed, over the number of Messagenodes (protocol section 5).
 */
export class RecoveryMeter implements Observer {
  #decided = 0
  /** Highest round that any correct node entered at the height after the decided one. */
  #round = 0
  #healed: { readonly height: number; readonly round: number } | null = null
  #rotations: number | null = null

  constructor(private readonly messagenodes: number) {}

  /** Null while nothing was decided after healing. */
  get rotations(): number | null {
    return this.#rotations
  }

  /** Everything that had to end has ended, and there is work. */
  heal(): void {
    this.#healed = { height: this.#decided + 1, round: this.#round }
  }

  stepped(node: SimulatedNode, _event: Event, effects: readonly Effect[]): void {
    if (!node.behaviour.correct) return
    for (const effect of effects) {
      if (effect.kind === 'decided') this.#decide(effect.height)
      if (effect.kind === 'entered' && effect.height === this.#decided + 1) {
        this.#round = Math.max(this.#round, effect.round)
      }
    }
  }

  #decide(height: number): void {
    if (height <= this.#decided) return
    if (this.#healed?.height === height && this.#rotations === null) {
      this.#rotations = (this.#round - this.#healed.round + 1) / this.messagenodes
    }
    this.#decided = height
    this.#round = 0
  }
}
