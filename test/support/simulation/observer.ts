import type { FeedMessage } from '../../../src/feeds/index.js'
import type { Effect, Event, Finding } from '../../../src/protocol/index.js'
import type { SimulatedNode } from './node.js'

/** Whoever watches a simulation: checkers, the coverage count, the trace. */
export interface Observer {
  /** A core took one event. */
  stepped?(node: SimulatedNode, event: Event, effects: readonly Effect[]): void
  /** A message of the node's own became durable: from here on anyone may see it. */
  published?(node: SimulatedNode, message: FeedMessage): void
  /** The watch over all messages found misbehaviour. */
  found?(finding: Finding): void
  crashed?(node: SimulatedNode): void
  /** A node runs (again), with nothing but its disk. */
  booted?(node: SimulatedNode): void
  /** Links went down, or up again. */
  partitioned?(description: string): void
  healed?(description: string): void
}

/** A rule of the protocol was broken by a correct node. */
export class Violation extends Error {
  override readonly name = 'Violation'

  constructor(
    /** Stable kebab-case code. */
    readonly code: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(`${code} ${JSON.stringify(facts)}`)
  }
}

export const expectThat: (
  condition: unknown,
  code: string,
  facts?: Readonly<Record<string, unknown>>,
) => asserts condition = (condition, code, facts = {}) => {
  if (!condition) throw new Violation(code, facts)
}
