import type { FeedMessage } from '../../../../src/feeds/index.js'
import type { Millis } from '../../../../src/protocol/index.js'
import type { Fault } from '../faults/index.js'
import type { SimulatedNode } from '../node.js'
import { nodeNamed } from './nodes.js'

/** Which of its messages a node is slow to send, and to whom. */
export type Slow = (message: FeedMessage, peer: SimulatedNode) => boolean

/**
 * Correct nodes some of whose messages are under way until some time, as a network may delay anything. A feed has
 * no gaps: what follows such a message waits with it.
 */
export const slowFeeds = (names: readonly string[], untilMs: Millis, isSlow: Slow): Fault => ({
  name: 'slow feeds',
  install(world) {
    for (const node of names.map((name) => nodeNamed(world, name))) {
      const { behaviour } = node
      node.behaviour = {
        ...behaviour,
        shows: (message, peer) =>
          behaviour.shows(message, peer) && (world.schedule.now >= untilMs || !isSlow(message, peer)),
      }
      world.schedule.after(untilMs, () => {
        for (const feed of node.store.feeds()) world.fabric.replicate(node, feed)
      })
    }
  },
})
