import type { FeedId, FeedMessage } from '../../../../src/feeds/index.js'
import type { Effect, Event, Finding } from '../../../../src/protocol/index.js'
import type { SimulatedNode } from '../node.js'
import { expectThat } from '../observer.js'
import type { Observer } from '../observer.js'

/** No correct node is ever accused, refuses to go on, or speaks before it may. */
export class AccusationChecker implements Observer {
  /** Junk in a lane convicts its author, and the workload puts it there on purpose. */
  readonly #junkAuthors = new Set<SimulatedNode>()

  constructor(private readonly nodeOf: (feed: FeedId) => SimulatedNode | undefined) {}

  published(node: SimulatedNode, { body }: FeedMessage): void {
    if (body.type === 'junk') this.#junkAuthors.add(node)
  }

  found({ code, culprits, facts }: Finding): void {
    for (const { owner } of culprits) this.#expectFault(owner, 'correct-node-accused', { code, facts })
  }

  stepped(node: SimulatedNode, _event: Event, effects: readonly Effect[]): void {
    if (!node.behaviour.correct) return
    for (const effect of effects) this.#judge(node, effect)
  }

  #judge(node: SimulatedNode, effect: Effect): void {
    const by = node.name
    if (effect.kind === 'halt') expectThat(false, 'halted', { by, code: effect.code, facts: effect.facts })
    if (effect.kind === 'publish') {
      expectThat(node.hasStarted, 'published-before-start', { by, type: effect.draft.type })
    }
    if (effect.kind === 'verdict' && effect.refusal.verdict === 'reject') {
      this.#expectFault(effect.author, 'correct-node-refused', { by, ...effect.refusal })
    }
  }

  #expectFault(feed: FeedId, code: string, facts: Readonly<Record<string, unknown>>): void {
    const accused = this.nodeOf(feed)
    const deserved = accused !== undefined && (!accused.behaviour.correct || this.#junkAuthors.has(accused))
    expectThat(deserved, code, { accused: accused?.name ?? feed, ...facts })
  }
}
