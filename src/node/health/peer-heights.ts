import type { FeedId, FeedMessage } from '../../feeds/index.js'
import type { Messagenode } from '../../roles/index.js'

/**
 * How high the chain is, as the Messagenodes' feeds of commit certificates say. Certificates are not verified here:
 * of the other Messagenodes' heights the (f_m + 1)th from the top counts, so that f_m liars cannot raise it. What
 * the owner of such a feed says it holds beyond us is one height a message.
 */
export interface PeerHeightPorts {
  readonly faultyMessagenodes: number
  readonly held: (feed: FeedId) => number
  readonly claims: (feed: FeedId) => Iterable<readonly [peer: FeedId, sequence: number]>
}

export class PeerHeights {
  readonly #heard = new Map<FeedId, number>()

  constructor(private readonly ports: PeerHeightPorts) {}

  hear({ author, body }: FeedMessage): void {
    if (body.type !== 'committed') return
    this.#heard.set(author, Math.max(this.#heard.get(author) ?? 0, body.height))
  }

  /** 0 while too few say anything. */
  highest(others: readonly Messagenode[]): number {
    const heights = others.map((other) => this.#heightOf(other)).sort((a, b) => b - a)
    return heights[Math.min(this.ports.faultyMessagenodes, heights.length - 1)] ?? 0
  }

  #heightOf({ id, roles }: Messagenode): number {
    const feed = roles['commit-counter']
    const held = this.ports.held(feed)
    let claimed = held
    for (const [peer, sequence] of this.ports.claims(feed))
      if (peer === id) claimed = Math.max(held, sequence)
    return (this.#heard.get(feed) ?? 0) + claimed - held
  }
}
