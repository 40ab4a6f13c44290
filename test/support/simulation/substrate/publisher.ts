import type { FeedId, FeedMessage, MessageKey } from '../../../../src/feeds/index.js'
import type { Millis, Publish } from '../../../../src/protocol/index.js'
import type { FeedRole } from '../../../../src/roles/index.js'
import { assert } from '../../../../src/util/index.js'
import { drawDelay } from '../random-delay.js'
import { expectThat } from '../observer.js'
import type { SimulatedNode } from '../node.js'
import type { World } from '../world.js'
import { contentOf, feedMessage } from './wire.js'
import type { Place } from './wire.js'

/**
 * Own messages: signed at once, durable after the disk's delay together with every message they need, and only
 * then visible to anyone, their own core included (protocol section 5, order of I/O).
 */
export class Publisher {
  readonly #tips = new Map<FeedId, FeedMessage>()
  readonly #writing: Write[] = []
  #diskFreeAt: Millis = 0
  #flushing = false

  constructor(
    private readonly node: SimulatedNode,
    private readonly world: World,
  ) {}

  /** Makes known a message of the node's own that is on disk already. */
  adopt(message: FeedMessage): void {
    this.node.store.secure(message)
    this.world.notify((observer) => observer.published?.(this.node, message))
  }

  /** Last message of a feed of the node's own, signed at least. */
  tipOf(feed: FeedId): FeedMessage {
    const tip = this.#tips.get(feed) ?? this.node.store.from(feed, this.node.store.length(feed)).at(0)
    assert(tip, 'every feed has its opening message')
    return tip
  }

  /** Signs, as a forger of its own feed does, a message for a place that may be taken. Nothing is kept of it. */
  signAfter(tip: FeedMessage, role: FeedRole, content: object): FeedMessage {
    const { author, sequence, key, timestamp } = tip
    const place = { author, sequence: sequence + 1, previous: key, timestamp: timestamp + 1 }
    return feedMessage(place, content, this.world.cast.keyOf(this.node.member.id, role))
  }

  /** Keeps a message beside the feed that has another one in its place, ready to be served by its key. */
  hide(message: FeedMessage): void {
    this.node.store.keepAside(message)
    this.adopt(message)
  }

  publish(effect: Publish): void {
    this.publishContent(
      effect.role,
      contentOf(effect, this.world.cast.keyOf(this.node.member.id, effect.role)),
      effect.durable,
    )
  }

  publishContent(role: FeedRole, content: object, durable: readonly MessageKey[] = []): FeedMessage {
    const { node, world } = this
    const feed = node.feedOf(role)
    const needs = durable.map((key) => {
      const needed = node.store.get(key)
      expectThat(needed, 'link-not-held', { node: node.name, role, key })
      return needed
    })
    const write: Write = { message: this.#sign(feed, role, content), needs }
    this.#writing.push(write)
    const delay = drawDelay(world.profile.disk, node.random) * node.slowness
    this.#diskFreeAt = Math.max(this.#diskFreeAt, world.schedule.now + delay)
    const durableAt = this.#diskFreeAt
    world.notify((observer) => observer.writing?.(node, write.message, durableAt))
    node.later(durableAt - world.schedule.now, () => this.#settleUpTo(write))
    return write.message
  }

  /**
   * Of what was being written, by chance the first records reached the disk before anyone heard of it. The one
   * after them is torn, and its checksum says so: it is lost as a whole, like all behind it. Returns how many own
   * messages were lost.
   */
  crash(): number {
    const records = this.#writing.splice(0).flatMap((write) => recordsOf(write))
    const written = this.node.random.integer(0, records.length)
    for (const record of records.slice(0, written)) this.#write(record)
    this.#tips.clear()
    this.#flushing = false
    return records.slice(written).filter(({ own }) => own).length
  }

  /** What was received reaches the disk some time later, unless a publish needs it earlier. */
  flushSoon(): void {
    if (this.#flushing || this.node.store.unflushed === 0) return
    this.#flushing = true
    const finish = this.node.store.beginFlush()
    this.node.later(drawDelay(this.world.profile.flush, this.node.random), () => {
      finish()
      this.#flushing = false
      this.flushSoon()
    })
  }

  /** A log is one after the other: of writes that end together, sums of times must not tell which is first. */
  #settleUpTo(last: Write): void {
    for (const write of this.#writing.splice(0, this.#writing.indexOf(last) + 1)) this.#settle(write)
  }

  #settle(write: Write): void {
    for (const record of recordsOf(write)) this.#write(record)
    this.node.receive([write.message])
  }

  #write({ message, own }: LogRecord): void {
    if (own) this.adopt(message)
    else this.node.store.secure(message)
  }

  #sign(feed: FeedId, role: FeedRole, content: object): FeedMessage {
    const tip = this.tipOf(feed)
    const place: Place = {
      author: feed,
      sequence: tip.sequence + 1,
      previous: tip.key,
      timestamp: this.node.behaviour.stamps(
        Math.max(Math.floor(this.node.wallClock), tip.timestamp + 1),
        tip.timestamp,
      ),
    }
    const message = feedMessage(place, content, this.world.cast.keyOf(this.node.member.id, role))
    this.#tips.set(feed, message)
    return message
  }
}

/** A message on its way to the disk, and the messages of others that must be there first. */
interface Write {
  readonly message: FeedMessage
  readonly needs: readonly FeedMessage[]
}

/** One record of the write-ahead log. */
interface LogRecord {
  readonly message: FeedMessage
  readonly own: boolean
}

/** What a message links must be durable before the message itself (protocol section 5, order of I/O). */
const recordsOf = ({ message, needs }: Write): readonly LogRecord[] => [
  ...needs.map((needed) => ({ message: needed, own: false })),
  { message, own: true },
]
