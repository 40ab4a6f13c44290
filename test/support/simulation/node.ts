import type { FeedId, FeedMessage, MessageKey } from '../../../src/feeds/index.js'
import type { Core, Effect, Event, Millis, TimerName, Want } from '../../../src/protocol/index.js'
import { feedsOf } from '../../../src/roles/index.js'
import type { FeedRole, Member } from '../../../src/roles/index.js'
import { assert } from '../../../src/util/index.js'
import { CORRECT } from './behaviour.js'
import type { Behaviour } from './behaviour.js'
import { expectThat } from './observer.js'
import type { Random } from './random.js'
import { FeedStore } from './substrate/feed-store.js'
import { Fetcher } from './substrate/fetcher.js'
import { Publisher } from './substrate/publisher.js'
import { Reader } from './substrate/reader.js'
import { LaneCloser } from './substrate/closing.js'
import { StartUp } from './substrate/start-up.js'
import { CLOCK_START, openingOf, originalOf } from './substrate/wire.js'
import type { World } from './world.js'

/** A core with its state, whatever type that state has. */
export interface Runner {
  step(event: Event): readonly Effect[]
  wants(): readonly Want[]
}

export const runnerOf = <State>(core: Core<State>): Runner => {
  let state = core.initial
  return {
    step(event) {
      const next = core.step(state, event)
      state = next.state
      return next.effects
    },
    wants: () => core.wants(state),
  }
}

export interface NodeOptions {
  readonly member: Member
  readonly name: string
  /** A fresh core, for every time the node starts. */
  readonly core: () => Runner
  /** How many times as slow as others its links and its disk are. */
  readonly slowness: number
  /** Its clock: what it showed at the beginning, and how fast it runs. */
  readonly clock: { readonly offsetMs: Millis; readonly rate: number }
}

/** One node: a real core in a shell that carries out effects upon the simulated substrate. */
export class SimulatedNode {
  readonly name: string
  readonly member: Member
  readonly slowness: number
  readonly ownFeeds: ReadonlyMap<FeedId, FeedRole>
  readonly random: Random
  behaviour: Behaviour = CORRECT
  store = new FeedStore()
  readonly publisher: Publisher
  readonly #reader: Reader
  readonly #fetcher: Fetcher
  readonly #startUp: StartUp
  readonly #closer = new LaneCloser(this)
  readonly #timers = new Map<TimerName, () => void>()
  #runner: Runner | null = null
  readonly #handed = new Set<MessageKey>()
  /** Feeds proved to be forked: the proofs are kept on disk. */
  readonly #forks = new Set<FeedId>()
  #leaptMs: Millis = 0
  #setMs: Millis = 0
  #started = false
  #buried = false
  /** Counts lives: what was begun in one life ends with it. */
  #life = 0

  constructor(
    private readonly options: NodeOptions,
    private readonly world: World,
  ) {
    this.name = options.name
    this.member = options.member
    this.slowness = options.slowness
    this.random = world.random.fork(`node ${options.name}`)
    this.ownFeeds = new Map(feedsOf(options.member).map(([role, feed]) => [feed, role]))
    this.publisher = new Publisher(this, world)
    this.#reader = new Reader(this)
    this.#fetcher = new Fetcher(this, world)
    this.#startUp = new StartUp(this, world)
  }

  get isValidator(): boolean {
    return this.member.kind === 'validator'
  }

  get isUp(): boolean {
    return this.#runner !== null
  }

  /** Whether its own feeds are complete, so that it may sign. */
  get hasStarted(): boolean {
    return this.#started
  }

  /** Down for ever. */
  get isBuried(): boolean {
    return this.#buried
  }

  /** Monotonic, as a process sees it: it runs at a rate of its own, and may leap ahead, but never back. */
  get clock(): Millis {
    return this.options.clock.offsetMs + this.world.schedule.now * this.options.clock.rate + this.#leaptMs
  }

  /** How long so much time of its own clock is for the world. */
  virtual(ownMs: Millis): Millis {
    return ownMs / this.options.clock.rate
  }

  /** What stands in feed messages: anyone may set it, forward or back. */
  get wallClock(): Millis {
    return CLOCK_START + this.clock + this.#setMs
  }

  /** Sets the wall clock by so much; a suspended machine finds its monotonic clock ahead as well. */
  setClock(byMs: Millis, isMonotonic: boolean): void {
    if (isMonotonic) this.#leaptMs += Math.max(0, byMs)
    else this.#setMs += byMs
    this.world.notify((observer) => observer.clockSet?.(this, byMs))
  }

  feedOf(role: FeedRole): FeedId {
    const feed = [...this.ownFeeds].find(([, ownRole]) => ownRole === role)?.[0]
    expectThat(feed, 'published-in-a-foreign-role', { node: this.name, role })
    return feed
  }

  /** Validators hold lanes, Messagenode feeds and their own; Messagenodes hold everything (protocol section 4). */
  wants(feed: FeedId): boolean {
    return !this.isValidator || this.ownFeeds.has(feed) || this.world.publicFeeds.has(feed)
  }

  /** Runs `action` after a delay, unless this life ends before. */
  later(delayMs: Millis, action: () => void): () => void {
    const life = this.#life
    return this.world.schedule.after(delayMs, () => {
      if (life === this.#life && this.isUp) action()
    })
  }

  /** The first message of each of its feeds. */
  openings(): readonly FeedMessage[] {
    const { member, world } = this
    const owner = world.cast.keyOf(member.id, 'main')
    return [...this.ownFeeds].map(([feed, role]) =>
      openingOf(world.cast.network.networkId, feed, member.id, role, {
        owner,
        role: world.cast.keyOf(member.id, role),
      }),
    )
  }

  /** What everyone has on disk before anything runs. */
  begin(openings: readonly FeedMessage[]): void {
    for (const message of openings) {
      if (!this.wants(message.author)) continue
      this.store.append(message)
      if (this.ownFeeds.has(message.author)) this.publisher.adopt(message)
    }
    this.store.beginFlush()()
  }

  boot(): void {
    assert(!this.isUp, `${this.name} runs already`)
    this.#runner = this.options.core()
    this.world.notify((observer) => observer.booted?.(this))
    this.#reader.replay()
    for (const feed of this.#forks) this.#freeze(feed)
    this.world.fabric.refreshAll(this)
    this.#startUp.begin()
  }

  /** Everything that is not on disk is gone. */
  crash(): void {
    assert(this.isUp, `${this.name} does not run`)
    const own = this.publisher.crash()
    const before = this.store.log.length
    this.store = this.store.afterCrash(this.random)
    const received = Math.max(0, before - this.store.log.length)
    this.#runner = null
    this.#started = false
    this.#life++
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
    this.#handed.clear()
    this.#reader.reset()
    this.#fetcher.reset()
    this.#closer.reset()
    this.world.fabric.refreshAll(this)
    this.world.notify((observer) => observer.crashed?.(this, { own, received }))
  }

  bury(): void {
    if (this.isUp) this.crash()
    this.#buried = true
  }

  start(): void {
    this.#started = true
    this.step({ kind: 'start', at: this.clock })
  }

  /** Messages that a peer sent, or own ones: those next in their feed are passed on and read. */
  receive(messages: readonly FeedMessage[]): void {
    const grown = new Set<FeedId>()
    for (const message of messages) {
      const result = this.store.append(message)
      if (result === 'appended') grown.add(message.author)
      if (result === 'forked') this.#contradicted(message)
    }
    if (!this.isUp) return
    this.publisher.flushSoon()
    for (const feed of grown) {
      this.world.fabric.replicate(this, feed)
      this.#reader.read(feed)
    }
  }

  receiveFetched(messages: readonly FeedMessage[]): void {
    for (const message of messages) {
      if (this.store.contradicts(message)) this.learnFork(message.author)
      this.store.keepAside(message)
    }
    if (messages.length > 0) this.step({ kind: 'fetched', at: this.clock, messages })
  }

  knowsFork(feed: FeedId): boolean {
    return this.#forks.has(feed)
  }

  /** As SSB does, the store dropped a message of another branch; together with what is held it proves the fork. */
  #contradicted(message: FeedMessage): void {
    const { author, sequence } = message
    const held = this.store.from(author, sequence, 1)[0] ?? this.store.from(author, sequence - 1, 1)[0]
    assert(held, 'a message contradicts one that is held')
    const isLane = this.world.nodeOf(author)?.ownFeeds.get(author) === 'transaction-validator'
    if (isLane && !this.world.forkedLanes.has(author)) {
      this.world.forkedLanes.set(author, [originalOf(held), originalOf(message)])
    }
    this.learnFork(author)
    if (this.isUp) this.world.notify((observer) => observer.contradicted?.(this, held, message))
  }

  /** Two branches of a feed were seen, here or by a peer who showed the proof. */
  learnFork(feed: FeedId): void {
    if (this.#forks.has(feed)) return
    this.#forks.add(feed)
    this.world.notify((observer) => observer.forkProved?.(this, feed))
    if (!this.isUp) return
    this.#freeze(feed)
    for (const peer of this.world.fabric.connected(this)) this.#showForks(peer)
  }

  receiveOffer(keys: readonly MessageKey[], from: SimulatedNode): void {
    this.#fetcher.takeOffer(keys, from)
  }

  /** Whether the core has been handed this message in its feed. */
  hasRead(message: FeedMessage): boolean {
    return this.#reader.hasRead(message)
  }

  /** Whether the core was given this message in its present life, in its feed or outside of it. */
  wasHanded(key: MessageKey): boolean {
    return this.#handed.has(key)
  }

  connected(peer: SimulatedNode): void {
    this.#showForks(peer)
    this.step({ kind: 'connected', at: this.clock, peer: peer.member.id })
  }

  openWants(): readonly Want[] {
    return this.#runner?.wants() ?? []
  }

  step(event: Event): void {
    assert(this.#runner, `${this.name} is down`)
    const effects = this.#runner.step(event)
    if ('messages' in event) for (const { key } of event.messages) this.#handed.add(key)
    this.world.notify((observer) => observer.stepped?.(this, event, effects))
    for (const effect of effects) this.#carryOut(effect)
  }

  #freeze(feed: FeedId): void {
    this.step({ kind: 'forked', at: this.clock, feed })
    const proof = this.world.forkedLanes.get(feed)
    if (proof) this.#closer.closeSoon(feed, proof)
  }

  /** Proofs spread in the main feeds of those who found them; a traitor has none to show. */
  #showForks(peer: SimulatedNode): void {
    if (!this.behaviour.correct) return
    const channel = this.world.fabric.channel(this, peer)
    for (const feed of this.#forks) channel?.send(() => peer.learnFork(feed))
  }

  #carryOut(effect: Effect): void {
    switch (effect.kind) {
      case 'publish':
        for (const said of this.behaviour.publishes(effect)) {
          if (said.kind === 'publish') this.publisher.publish(said)
          else this.publisher.publishContent(said.role, said.content)
        }
        break
      case 'timer':
        this.#arm(effect.timer, effect.delayMs)
        break
      case 'want':
        this.#fetcher.ask(effect.want)
        break
      case 'pause':
        this.#reader.pause(effect.feed)
        break
      case 'reread':
        this.#reader.rewind(effect.feed, effect.from)
        break
      case 'offer':
        this.#fetcher.offer(effect.keys, effect.to)
        break
      case 'executed':
        this.#closer.executed(effect.block)
        break
      // The rest tells operators and clients something: observers have seen it.
      case 'verdict':
      case 'entered':
      case 'decided':
      case 'sealed':
      case 'halt':
        break
    }
  }

  #arm(timer: TimerName, delayMs: Millis | null): void {
    this.#timers.get(timer)?.()
    this.#timers.delete(timer)
    if (delayMs === null) return
    const cancel = this.later(this.virtual(delayMs), () => {
      this.#timers.delete(timer)
      this.step({ kind: 'timer', at: this.clock, timer })
    })
    this.#timers.set(timer, cancel)
  }
}
