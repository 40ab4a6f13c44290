import type { FeedId, FeedMessage } from '../feeds/index.js'
import type { Core, Effect, Event, Millis, TimerName, Want } from '../protocol/index.js'
import { FeedReader, type ReadFeed } from './feed-reader.js'

/** What carries out the effects that reach beyond this process. */
export interface DriverPorts {
  /** Monotonic milliseconds. */
  readonly now: () => Millis
  /** Signs and publishes; rejects only if this node must not go on. */
  readonly publish: (effect: Effect & { kind: 'publish' }) => Promise<void>
  readonly offer: (effect: Effect & { kind: 'offer' }) => void
  /** Something is newly wanted: see `wants`. */
  readonly wanted: () => void
  readonly readFeed: ReadFeed
  /** Called with every effect, after it was carried out; used by services, logs and metrics. */
  readonly observe: (effect: Effect) => void
  /** The core threw or a publish failed: nothing is dispatched any more. */
  readonly failed: (error: unknown) => void
}

/**
 * Runs a core: one event at a time, effects in order. Messages that arrive in one turn of the event loop make one
 * event, so that a backlog is judged as a whole (certificates before proposals, protocol section 5).
 */
export class Driver<State> {
  #state: State
  readonly #reader: FeedReader
  readonly #timers = new Map<TimerName, NodeJS.Timeout>()
  readonly #inbox: FeedMessage[] = []
  #flushing: NodeJS.Immediate | null = null
  #stopped = false

  constructor(
    private readonly core: Core<State>,
    private readonly ports: DriverPorts,
  ) {
    this.#state = core.initial
    this.#reader = new FeedReader(
      ports.readFeed,
      (messages) => this.dispatch({ kind: 'messages', at: ports.now(), messages }),
      (error) => this.#fail(error),
    )
  }

  get state(): State {
    return this.#state
  }

  get wants(): readonly Want[] {
    return this.core.wants(this.#state)
  }

  /** Takes the next message of a feed. */
  receive(message: FeedMessage): void {
    if (this.#stopped || !this.#reader.takes(message)) return
    this.#inbox.push(message)
    this.#flushing ??= setImmediate(() => this.flush())
  }

  /** Hands over what was received so far, now. */
  flush(): void {
    if (this.#flushing) clearImmediate(this.#flushing)
    this.#flushing = null
    if (this.#inbox.length === 0) return
    // A feed paused since then is read again from the log; what is in the inbox of it, the core leaves.
    const messages = this.#inbox.splice(0)
    this.dispatch({ kind: 'messages', at: this.ports.now(), messages })
  }

  fetched(messages: readonly FeedMessage[]): void {
    if (messages.length > 0) this.dispatch({ kind: 'fetched', at: this.ports.now(), messages })
  }

  start(): void {
    this.flush()
    this.dispatch({ kind: 'start', at: this.ports.now() })
  }

  connected(peer: FeedId): void {
    this.dispatch({ kind: 'connected', at: this.ports.now(), peer })
  }

  forked(feed: FeedId): void {
    this.dispatch({ kind: 'forked', at: this.ports.now(), feed })
  }

  stop(): void {
    this.#stopped = true
    if (this.#flushing) clearImmediate(this.#flushing)
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    this.#reader.stop()
  }

  dispatch(event: Event): void {
    if (this.#stopped) return
    try {
      const { state, effects } = this.core.step(this.#state, event)
      this.#state = state
      for (const effect of effects) this.#carryOut(effect)
    } catch (error) {
      this.#fail(error)
    }
  }

  #carryOut(effect: Effect): void {
    switch (effect.kind) {
      case 'publish':
        this.ports.publish(effect).catch((error: unknown) => this.#fail(error))
        break
      case 'timer':
        this.#arm(effect.timer, effect.delayMs)
        break
      case 'want':
        this.ports.wanted()
        break
      case 'pause':
        this.#reader.pause(effect.feed)
        break
      case 'reread':
        this.#reader.reread(effect.feed, effect.from)
        break
      case 'offer':
        this.ports.offer(effect)
        break
      case 'verdict':
      case 'entered':
      case 'decided':
      case 'executed':
      case 'sealed':
      case 'halt':
        break
    }
    this.ports.observe(effect)
  }

  #arm(timer: TimerName, delayMs: Millis | null): void {
    clearTimeout(this.#timers.get(timer))
    this.#timers.delete(timer)
    if (delayMs === null) return
    const fire = () => {
      this.#timers.delete(timer)
      // What arrived before the timer ran out counts before it.
      this.flush()
      this.dispatch({ kind: 'timer', at: this.ports.now(), timer })
    }
    this.#timers.set(timer, setTimeout(fire, Math.ceil(delayMs)))
  }

  #fail(error: unknown): void {
    if (this.#stopped) return
    this.stop()
    this.ports.failed(error)
  }
}
