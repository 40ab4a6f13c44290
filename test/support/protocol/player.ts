import type { FeedId, FeedMessage } from '../../../src/feeds/index.js'
import {
  type Core,
  type Effect,
  messagenodeCore,
  type MessagenodeState,
  type Publish,
  type TimerName,
  type ValidatorState,
  validatorCore,
  type Want,
} from '../../../src/protocol/index.js'
import type { CounterState } from '../simulation/counter-application.js'
import type { Scene } from './scene.js'

/** Plays events to one core, at a time that the test sets, and gives the effects of each. */
export class Player<State> {
  now = 0
  state: State

  constructor(
    readonly core: Core<State>,
    /** Brings what the core publishes back to it as a message of its own feed, as its node does once it is durable. */
    private readonly echo: ((publish: Publish) => FeedMessage) | null = null,
  ) {
    this.state = core.initial
  }

  /** Messages of their feeds, judged together. */
  take(...messages: readonly FeedMessage[]): readonly Effect[] {
    return this.#step({ kind: 'messages', at: this.now, messages })
  }

  fetched(...messages: readonly FeedMessage[]): readonly Effect[] {
    return this.#step({ kind: 'fetched', at: this.now, messages })
  }

  start(): readonly Effect[] {
    return this.#step({ kind: 'start', at: this.now })
  }

  timer(timer: TimerName): readonly Effect[] {
    return this.#step({ kind: 'timer', at: this.now, timer })
  }

  connected(peer: FeedId): readonly Effect[] {
    return this.#step({ kind: 'connected', at: this.now, peer })
  }

  forked(feed: FeedId): readonly Effect[] {
    return this.#step({ kind: 'forked', at: this.now, feed })
  }

  wants(): readonly Want[] {
    return this.core.wants(this.state)
  }

  #step(event: Parameters<Core<State>['step']>[1]): readonly Effect[] {
    const { state, effects } = this.core.step(this.state, event)
    this.state = state
    if (!this.echo) return effects
    const own = effects.flatMap((effect) => (effect.kind === 'publish' ? [effect] : [])).map(this.echo)
    return own.length === 0 ? effects : [...effects, ...this.take(...own)]
  }
}

/** The validator of this index, started unless told otherwise. */
export const playValidator = (
  scene: Scene,
  { index = 0, started = true } = {},
): Player<ValidatorState<CounterState>> => {
  const player = new Player(validatorCore(scene.context(scene.validator(index))))
  if (started) player.start()
  return player
}

/** The Messagenode of this index; what it publishes comes back to it. */
export const playMessagenode = (
  scene: Scene,
  { index = 0, started = true } = {},
): Player<MessagenodeState<CounterState>> => {
  const { id } = scene.messagenode(index)
  const player = new Player(messagenodeCore(scene.context({ id })), (publish) => scene.publish(id, publish))
  if (started) player.start()
  return player
}
