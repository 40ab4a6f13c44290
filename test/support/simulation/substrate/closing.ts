import { encodeBody } from '../../../../src/feeds/index.js'
import type { ClassicMessage, FeedId } from '../../../../src/feeds/index.js'
import { closeLaneOperations } from '../../../../src/protocol/index.js'
import type { ExecutedBlock, Millis } from '../../../../src/protocol/index.js'
import type { SimulatedNode } from '../node.js'

/** Two messages of one author at one place. */
export type ForkProof = readonly [ClassicMessage, ClassicMessage]

/** Those who hold a proof wait a while, each as long as chance has it: one of them is enough. */
const PATIENCE_MS: Millis = 1_000

/** Closes lanes whose fork is proved: a registry operation in a correct validator's own lane (protocol section 5). */
export class LaneCloser {
  #closed: ReadonlySet<FeedId> = new Set()

  constructor(private readonly node: SimulatedNode) {}

  reset(): void {
    this.#closed = new Set()
  }

  executed({ state }: ExecutedBlock): void {
    this.#closed = new Set(state.registry.closed.keys())
  }

  /** Puts the proof on the chain unless somebody did before. */
  closeSoon(lane: FeedId, proof: ForkProof): void {
    const { node } = this
    if (!node.isValidator || !node.behaviour.correct) return
    node.later(node.random.between(0, PATIENCE_MS), () => {
      if (this.#closed.has(lane)) return
      if (node.hasStarted) this.#close(proof)
      else this.closeSoon(lane, proof)
    })
  }

  #close([a, b]: ForkProof): void {
    for (const operation of closeLaneOperations(a, b, this.node.feedOf('transaction-validator'))) {
      const content = encodeBody({ type: 'transaction', transactions: [operation] })
      this.node.publisher.publishContent('transaction-validator', content)
    }
  }
}
