import type { FeedId, FeedMessage } from '../../../src/feeds/index.js'
import type { Effect, Event, Finding, Millis } from '../../../src/protocol/index.js'
import type { SimulatedNode } from './node.js'

/** Whoever watches a simulation: checkers, the coverage count, the trace. */
export interface Observer {
  /** A core took one event. */
  stepped?(node: SimulatedNode, event: Event, effects: readonly Effect[]): void
  /** A message of the node's own became durable: from here on anyone may see it. */
  published?(node: SimulatedNode, message: FeedMessage): void
  /** The watch over all messages found misbehaviour. */
  found?(finding: Finding): void
  /** A message of the node's own is signed and on its way to the disk, where it is durable at this time. */
  writing?(node: SimulatedNode, message: FeedMessage, durableAt: Millis): void
  crashed?(node: SimulatedNode, losses: Losses): void
  /** A node runs (again), with nothing but its disk. */
  booted?(node: SimulatedNode): void
  /** Links went down, or up again. */
  partitioned?(description: string): void
  healed?(description: string): void
  /** A clock of the node was set, by so many milliseconds. */
  clockSet?(node: SimulatedNode, byMs: Millis): void
  /** The node was shown a message that cannot stand in one feed with one that it holds. */
  contradicted?(node: SimulatedNode, held: FeedMessage, shown: FeedMessage): void
  /** A proof reached the node that this feed has two branches. */
  forkProved?(node: SimulatedNode, feed: FeedId): void
}

/** What a crash took away, in messages: the torn or lost tails of the two logs. */
export interface Losses {
  /** Own ones, signed but never seen by anyone. */
  readonly own: number
  /** Received ones, which nothing needed on disk yet. */
  readonly received: number
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
