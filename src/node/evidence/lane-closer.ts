import type { ClassicMessage, FeedId } from '../../feeds/index.js'
import { closeLaneOperations } from '../../protocol/index.js'

export interface LaneCloserPorts {
  /** The own lane, which carries the operations. */
  readonly carrier: FeedId
  /** Rank of this validator: the lower, the sooner it speaks. */
  readonly index: number
  readonly isClosed: (lane: FeedId) => boolean
  /** Puts a transaction into the own lane. */
  readonly submit: (operation: Uint8Array) => Promise<unknown>
}

/** One validator after the other, so that mostly the first one's operations close the lane before the next speaks. */
const STAGGER_MS = 3_000
/** What was submitted may have been lost with this node's links: it is tried again as long as the lane is open. */
const RETRY_MS = 60_000

/** Orders the closing of lanes that are proved to be forked (protocol section 5). */
export class LaneCloser {
  readonly #forks = new Map<FeedId, { readonly a: ClassicMessage; readonly b: ClassicMessage }>()
  readonly #timers = new Map<FeedId, NodeJS.Timeout>()
  #running = false

  constructor(private readonly ports: LaneCloserPorts) {}

  close(a: ClassicMessage, b: ClassicMessage): void {
    if (this.#forks.has(a.author) || a.author === this.ports.carrier) return
    this.#forks.set(a.author, { a, b })
    if (this.#running) this.#attempt(a, b, this.ports.index * STAGGER_MS)
  }

  /** The node may publish. */
  start(): void {
    this.#running = true
    for (const { a, b } of this.#forks.values()) this.#attempt(a, b, this.ports.index * STAGGER_MS)
  }

  stop(): void {
    this.#running = false
    for (const timer of this.#timers.values()) clearTimeout(timer)
  }

  #attempt(a: ClassicMessage, b: ClassicMessage, delayMs: number): void {
    if (!this.#running || this.ports.isClosed(a.author)) return
    const timer = setTimeout(() => {
      if (this.ports.isClosed(a.author)) return
      const operations = closeLaneOperations(a, b, this.ports.carrier)
      const submitted = operations.map((operation) => this.ports.submit(operation))
      void Promise.allSettled(submitted).then(() => this.#attempt(a, b, RETRY_MS))
    }, delayMs)
    this.#timers.set(a.author, timer.unref())
  }
}
