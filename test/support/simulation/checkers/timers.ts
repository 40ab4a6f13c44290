import type { Effect, Event, Millis } from '../../../../src/protocol/index.js'
import type { ChainParameters } from '../../../../src/roles/index.js'
import type { SimulatedNode } from '../node.js'
import { expectThat } from '../observer.js'
import type { Observer } from '../observer.js'
import type { Knowledge } from './knowledge.js'

/** What a validator's round timer rests on: when the rounds of this height were armed, and how long others took. */
interface Clockwork {
  height: number
  round: number
  readonly armed: Map<number, Millis>
  durations: Millis[]
}

const SAMPLES = 8

/**
 * `T(h,r) = T (1 + r/2)`, `T = clamp(Tmin, Tmax, 3 x median of the last 8 durations)` (protocol section 5),
 * computed again from what a validator did and when.
 */
export class TimerChecker implements Observer {
  readonly #nodes = new Map<SimulatedNode, Clockwork>()

  constructor(
    private readonly knowledge: Knowledge,
    private readonly parameters: ChainParameters['roundTimeout'],
  ) {}

  booted(node: SimulatedNode): void {
    this.#nodes.set(node, { height: 1, round: 0, armed: new Map(), durations: [] })
  }

  stepped(node: SimulatedNode, _event: Event, effects: readonly Effect[]): void {
    const clockwork = this.#nodes.get(node)
    if (!clockwork || !node.behaviour.correct || !node.isValidator) return
    this.#measure(node, clockwork, effects)
    for (const effect of effects) {
      if (effect.kind === 'entered') enter(clockwork, effect.height, effect.round)
      if (effect.kind === 'timer' && effect.timer === 'round' && effect.delayMs !== null) {
        this.#armed(node, clockwork, effect.delayMs)
      }
    }
  }

  /** A height that was decided alone and on time counts; several at once are a backlog. */
  #measure(node: SimulatedNode, clockwork: Clockwork, effects: readonly Effect[]): void {
    const decided = effects.filter((effect) => effect.kind === 'decided')
    const [only] = decided
    if (!node.hasStarted || !only || decided.length > 1) return
    const { committed } = this.knowledge.at(node, only.height)
    const round = committed.find(({ message }) => message.key === only.certificate)?.message.body.round
    const since = round === undefined ? undefined : clockwork.armed.get(round)
    if (since !== undefined)
      clockwork.durations = [...clockwork.durations, node.clock - since].slice(-SAMPLES)
  }

  #armed(node: SimulatedNode, { height, round, armed, durations }: Clockwork, delayMs: Millis): void {
    armed.set(round, node.clock)
    const { minMs, maxMs, initialMs } = this.parameters
    const middle = durations.toSorted((a, b) => a - b)[Math.floor(durations.length / 2)]
    const base = middle === undefined ? initialMs : Math.max(minMs, Math.min(maxMs, 3 * middle))
    const expected = base * (1 + round / 2)
    const facts = { node: node.name, height, round, delayMs, expected }
    expectThat(Math.abs(delayMs - expected) < 1e-6 * expected, 'wrong-timeout', facts)
    const isOpen = height <= 9 || this.knowledge.at(node, height - 9).sealed.length > 0
    expectThat(isOpen, 'timer-beyond-window', facts)
  }
}

const enter = (clockwork: Clockwork, height: number, round: number): void => {
  if (height > clockwork.height) clockwork.armed.clear()
  clockwork.height = height
  clockwork.round = round
}
