import { NO_MESSAGE } from '../../../../src/feeds/index.js'
import type { FeedId, FeedMessage, LaneTip } from '../../../../src/feeds/index.js'
import type { Effect, Event } from '../../../../src/protocol/index.js'
import { lanesOf } from '../../../../src/roles/index.js'
import type { Network } from '../../../../src/roles/index.js'
import type { SimulatedNode } from '../node.js'
import type { Observer } from '../observer.js'
import { fairShare } from './fair-share.js'
import type { Share } from './fair-share.js'
import type { Knowledge } from './knowledge.js'

/** What each node's lanes hold beyond the block that it executed last. */
export class Lanes implements Observer {
  readonly feeds: readonly FeedId[]
  readonly #cuts = new Map<SimulatedNode, LaneTip[]>()
  /** Lanes that the chain has closed as far as each node executed it. */
  readonly #closed = new Map<SimulatedNode, ReadonlySet<FeedId>>()

  constructor(
    readonly network: Network,
    private readonly knowledge: Knowledge,
  ) {
    this.feeds = lanesOf(network.genesis)
  }

  booted(node: SimulatedNode): void {
    this.#cuts.set(node, this.#genesis())
    this.#closed.set(node, new Set())
  }

  stepped(node: SimulatedNode, _event: Event, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind !== 'executed') continue
      const { registry } = effect.block.state
      this.#closed.set(node, new Set(registry.closed.keys()))
      const cut = this.#cuts.get(node)
      for (const { lane, sequence, tip } of effect.block.assembled.body.cut) {
        if (cut) cut[lane] = { sequence, tip }
      }
    }
  }

  cutOf(node: SimulatedNode): readonly LaneTip[] {
    return this.#cuts.get(node) ?? this.#genesis()
  }

  /** Lanes that are known here to be forked, or that the chain has closed. */
  closedTo(node: SimulatedNode): ReadonlySet<number> {
    const { forked } = this.knowledge.of(node)
    const closed = new Set([...forked, ...(this.#closed.get(node) ?? [])])
    return new Set([...this.feeds.keys()].filter((lane) => isIn(closed, this.feeds[lane])))
  }

  /** Replicated, or fetched by its key where replication is behind. */
  messageAt(node: SimulatedNode, lane: number, sequence: number): FeedMessage | undefined {
    const feed = this.feeds[lane]
    if (feed === undefined) return undefined
    const isMeant = (message: FeedMessage): boolean =>
      message.author === feed && message.sequence === sequence
    return node.store.from(feed, sequence, 1)[0] ?? node.store.aside.find(isMeant)
  }

  /** What the fair share of a block on top of the executed one is, of everything up to `upTo`. */
  shareOf(node: SimulatedNode, height: number, upTo: readonly number[]): Share {
    return fairShare({
      height,
      from: this.cutOf(node).map(({ sequence }) => sequence),
      upTo,
      caps: this.network.parameters.capacity,
      closed: this.closedTo(node),
      message: (lane, sequence) => this.messageAt(node, lane, sequence),
    })
  }

  #genesis(): LaneTip[] {
    return this.feeds.map(() => ({ sequence: 0, tip: NO_MESSAGE }))
  }
}

const isIn = (feeds: ReadonlySet<FeedId>, feed: FeedId | undefined): boolean =>
  feed !== undefined && feeds.has(feed)
