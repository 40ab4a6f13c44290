import type { Effect, Event, Millis } from '../../../src/protocol/index.js'
import type { SimulatedNode } from './node.js'
import { expectThat } from './observer.js'
import type { Observer } from './observer.js'
import type { Schedule } from './schedule.js'

/** How long a healed network needed until it decided something again. */
export interface Recovery {
  /** Rotations of the assembler: rounds from the one reached when it healed, over the number of Messagenodes. */
  readonly rotations: number
  /**
   * The same without the rounds that were too short: whose proposal left less time on somebody's timer than three
   * times what the deciding round took from its own. Three times is what the protocol gives a round, once it knows
   * how long they take; before it has decided anything, `T(h,r)` grows with r alone (protocol section 5).
   */
  readonly longEnough: number
}

const MARGIN = 3

/**
 * No healed network needs more rotations than this, of rounds that were long enough. Two are enough unless packets are
 * lost in several rounds running.
 */
const LIMIT = 16

/** Measures that, in virtual time and from outside. */
export class RecoveryMeter implements Observer {
  #decided = 0
  /** Rounds of the height after the decided one. */
  #rounds = new Rounds()
  #healed: { readonly height: number; readonly round: number } | null = null
  #recovery: Recovery | null = null

  constructor(
    private readonly messagenodes: number,
    private readonly schedule: Schedule,
  ) {}

  /** Null while nothing was decided after healing. */
  get recovery(): Recovery | null {
    return this.#recovery
  }

  /** Everything that had to end has ended, and there is work. */
  heal(): void {
    this.#healed = { height: this.#decided + 1, round: this.#rounds.highest }
  }

  stepped(node: SimulatedNode, event: Event, effects: readonly Effect[]): void {
    if (!node.behaviour.correct) return
    const { now } = this.schedule
    if ('messages' in event) {
      for (const { body } of event.messages) {
        if (body.type === 'assembled' && body.height === this.#decided + 1)
          this.#rounds.propose(body.round, now)
      }
    }
    for (const effect of effects) {
      if (effect.kind === 'decided') this.#decide(node, effect)
      if (effect.kind === 'entered' && effect.height === this.#decided + 1) {
        this.#rounds.enter(node, effect.round)
      }
      if (effect.kind === 'timer' && effect.timer === 'round' && effect.delayMs !== null) {
        this.#rounds.arm(node, now + node.virtual(effect.delayMs))
      }
    }
  }

  #decide(node: SimulatedNode, { height, certificate }: Extract<Effect, { readonly kind: 'decided' }>): void {
    if (height <= this.#decided) return
    if (this.#healed?.height === height && this.#recovery === null) {
      const body = node.store.get(certificate)?.body
      const round = body && 'round' in body ? body.round : 0
      const first = this.#healed.round
      const tookMs = this.#rounds.tookUntil(this.schedule.now, round)
      this.#recovery = {
        rotations: this.#rounds.after(first, -Infinity) / this.messagenodes,
        longEnough: this.#rounds.after(first, MARGIN * tookMs) / this.messagenodes,
      }
      expectThat(this.#recovery.longEnough <= LIMIT, 'slow-recovery', { height, ...this.#recovery })
    }
    this.#decided = height
    this.#rounds = new Rounds()
  }
}

/** The rounds of one height, as correct nodes saw them. */
class Rounds {
  /** The highest that any of them entered. */
  highest = 0
  readonly #places = new Map<SimulatedNode, number>()
  /** By round: first sight of a proposal, and when the first timer ends. */
  readonly #proposedAt = new Map<number, Millis>()
  readonly #endsAt = new Map<number, Millis>()

  enter(node: SimulatedNode, round: number): void {
    this.#places.set(node, round)
    this.highest = Math.max(this.highest, round)
  }

  propose(round: number, now: Millis): void {
    if (!this.#proposedAt.has(round)) this.#proposedAt.set(round, now)
  }

  arm(node: SimulatedNode, endsAt: Millis): void {
    const round = this.#places.get(node) ?? 0
    this.#endsAt.set(round, Math.min(endsAt, this.#endsAt.get(round) ?? Infinity))
  }

  /** Time since the proposal of a round. */
  tookUntil(now: Millis, round: number): Millis {
    return now - (this.#proposedAt.get(round) ?? now)
  }

  /** Rounds from this one on whose proposal left at least so much time; where there was none, time was not lacking. */
  after(first: number, leastMs: Millis): number {
    const rounds = Array.from({ length: this.highest - first + 1 }, (_, index) => first + index)
    return rounds.filter((round) => this.#timeLeft(round) >= leastMs).length
  }

  #timeLeft(round: number): Millis {
    const proposedAt = this.#proposedAt.get(round)
    return proposedAt === undefined ? Infinity : (this.#endsAt.get(round) ?? Infinity) - proposedAt
  }
}
