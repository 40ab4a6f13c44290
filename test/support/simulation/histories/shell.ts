import type { FeedId, FeedMessage } from '../../../../src/feeds/index.js'
import type { Effect, Event, Millis, TimerName, Want } from '../../../../src/protocol/index.js'
import type { Runner } from '../node.js'
import type { Scribe } from './scribe.js'

/** An event but for its time. */
type Happening = Event extends infer One ? (One extends Event ? Omit<One, 'at'> : never) : never

const PAGE = 64

/**
 * The least that a core needs around it: it is handed feeds without gaps, is read its own words again, and its timers
 * are known. All else is up to whoever makes up the history.
 */
export class Shell {
  at: Millis = 1_000
  started = false
  readonly armed = new Set<TimerName>()
  readonly #next = new Map<FeedId, number>()
  readonly #paused = new Set<FeedId>()
  readonly #aside: FeedMessage[] = []
  #log: FeedMessage[] = []

  constructor(
    private runner: Runner,
    private readonly scribe: Scribe,
    private readonly heard: (effects: readonly Effect[]) => void,
  ) {}

  wants(): readonly Want[] {
    return this.runner.wants()
  }

  /** How much of a feed was handed over. */
  length(feed: FeedId): number {
    return (this.#next.get(feed) ?? 1) - 1
  }

  isPaused(feed: FeedId): boolean {
    return this.#paused.has(feed)
  }

  /** Feeds with something more to hand over. */
  outstanding(): readonly FeedId[] {
    return this.scribe.feeds.filter(
      (feed) => !this.#paused.has(feed) && this.scribe.feed(feed).length > this.length(feed),
    )
  }

  /** Hands over the next messages of a feed, unless it is to be left unread. */
  deliver(feed: FeedId, count = Infinity): void {
    if (this.#paused.has(feed)) return
    const from = this.length(feed)
    const messages = this.scribe.feed(feed).slice(from, from + Math.min(count, PAGE))
    if (messages.length === 0) return
    this.#next.set(feed, from + messages.length + 1)
    this.#log.push(...messages)
    this.step({ kind: 'messages', messages })
  }

  fetch(messages: readonly FeedMessage[]): void {
    this.#aside.push(...messages)
    this.step({ kind: 'fetched', messages })
  }

  fire(timer: TimerName): void {
    this.armed.delete(timer)
    this.step({ kind: 'timer', timer })
  }

  start(): void {
    this.started = true
    this.step({ kind: 'start' })
  }

  /** A new life: everything that was handed over is handed over again. */
  restart(runner: Runner): void {
    this.runner = runner
    this.started = false
    this.armed.clear()
    this.#next.clear()
    this.#paused.clear()
    const log = this.#log
    this.#log = []
    for (const message of log) {
      if (message.sequence === this.length(message.author) + 1) this.deliver(message.author, 1)
    }
    if (this.#aside.length > 0) this.step({ kind: 'fetched', messages: [...this.#aside] })
  }

  step(event: Happening): void {
    const effects = this.runner.step({ ...event, at: this.at })
    for (const effect of effects) this.#note(effect)
    this.heard(effects)
  }

  #note(effect: Effect): void {
    if (effect.kind === 'pause') this.#paused.add(effect.feed)
    if (effect.kind === 'reread') {
      this.#paused.delete(effect.feed)
      this.#next.set(effect.feed, effect.from)
    }
    if (effect.kind !== 'timer') return
    if (effect.delayMs === null) this.armed.delete(effect.timer)
    else this.armed.add(effect.timer)
  }
}
