import { MESSAGE_SIZE_LIMIT } from '../../../../src/feeds/index.js'
import type { FeedId, FeedMessage } from '../../../../src/feeds/index.js'
import type { Millis } from '../../../../src/protocol/index.js'
import { drawDelay } from '../random-delay.js'
import type { Delay } from '../random-delay.js'
import type { Random } from '../random.js'
import type { Schedule } from '../schedule.js'
import type { SimulatedNode } from '../node.js'

/**
 * One direction of a link: replicates every feed that the receiver wants and the sender holds, each feed in its
 * order, feeds among each other in any order, which asks more of a core than one TCP stream would.
 */
export class Channel {
  readonly #sent = new Map<FeedId, number>()
  readonly #lastArrival = new Map<FeedId, Millis>()
  /** Counts sessions: what was under way when one ended is lost, and the next one begins at the receiver's tips. */
  #session = 0
  #open = false

  constructor(
    readonly from: SimulatedNode,
    readonly to: SimulatedNode,
    private readonly schedule: Schedule,
    private readonly delay: Delay,
    private readonly random: Random,
  ) {}

  get isOpen(): boolean {
    return this.#open
  }

  open(): void {
    this.#open = true
    this.#sent.clear()
    for (const feed of this.from.store.feeds()) this.push(feed)
  }

  close(): void {
    this.#open = false
    this.#session++
  }

  /** Sends what is new in a feed. What the receiver has already is left out, as its clock would have told. */
  push(feed: FeedId): void {
    if (!this.#open || !this.to.wants(feed)) return
    const sent = Math.max(this.#sent.get(feed) ?? 0, this.to.store.length(feed))
    if (sent >= this.from.store.length(feed)) return
    const messages = this.#shown(this.from.store.from(feed, sent + 1))
    if (messages.length === 0) return
    this.#sent.set(feed, sent + messages.length)
    const arrival = Math.max(
      this.#lastArrival.get(feed) ?? 0,
      this.schedule.now + drawDelay(this.delay, this.random),
    )
    this.#lastArrival.set(feed, arrival)
    const branch = messages.map((message) => this.from.behaviour.branch(message, this.to))
    this.#deliver(arrival, () => this.to.receive(branch.filter(isSmallEnough)))
  }

  /** Runs `action` at the receiver once it arrives there, unless the session ends before. */
  #deliver(arrival: Millis, action: () => void): void {
    const session = this.#session
    this.schedule.at(arrival, () => {
      if (session === this.#session) action()
    })
  }

  /** A request or an answer outside the feeds. */
  send(action: () => void): void {
    if (this.#open) this.#deliver(this.schedule.now + drawDelay(this.delay, this.random), action)
  }

  /** Feeds leave no gaps: what a node withholds holds back everything after it. */
  #shown(messages: readonly FeedMessage[]): readonly FeedMessage[] {
    const hidden = messages.findIndex((message) => !this.from.behaviour.shows(message, this.to))
    return hidden < 0 ? messages : messages.slice(0, hidden)
  }
}

/** No receiver takes a larger message, nor anything that follows it in its feed. */
const isSmallEnough = ({ size }: FeedMessage): boolean => size <= MESSAGE_SIZE_LIMIT
