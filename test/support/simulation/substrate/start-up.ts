import type { FeedId } from '../../../../src/feeds/index.js'
import type { SimulatedNode } from '../node.js'
import type { World } from '../world.js'

const RETRY_MS = 200

/**
 * Before a node signs, it asks f_m+1 Messagenodes other than itself (all others if they are fewer) for the tips
 * of its own feeds, and waits until it holds what they know (protocol section 5, order of I/O).
 */
export class StartUp {
  constructor(
    private readonly node: SimulatedNode,
    private readonly world: World,
  ) {}

  begin(): void {
    const others = this.world.fabric.neighbours(this.node).filter((peer) => !peer.isValidator)
    const { faultyMessagenodes } = this.world.cast.network.parameters
    this.#inquire(others, Math.min(others.length, faultyMessagenodes + 1), new Map())
  }

  #inquire(others: readonly SimulatedNode[], needed: number, answers: Map<SimulatedNode, Tips>): void {
    if (answers.size >= needed && this.#holds([...answers.values()])) {
      this.node.start()
      return
    }
    for (const peer of others) {
      if (!answers.has(peer)) this.#call(peer, (tips) => answers.set(peer, tips))
    }
    this.node.later(RETRY_MS, () => this.#inquire(others, needed, answers))
  }

  /** Nodes answer before they may sign themselves, so that a whole network can restart. */
  #call(peer: SimulatedNode, take: (tips: Tips) => void): void {
    const { node, world } = this
    world.fabric.channel(node, peer)?.send(() => {
      const tips = [...node.ownFeeds.keys()].map((feed) => [feed, peer.store.length(feed)] as const)
      world.fabric.channel(peer, node)?.send(() => take(new Map(tips)))
    })
  }

  #holds(answers: readonly Tips[]): boolean {
    return answers.every((tips) =>
      [...tips].every(([feed, length]) => this.node.store.length(feed) >= length),
    )
  }
}

type Tips = ReadonlyMap<FeedId, number>
