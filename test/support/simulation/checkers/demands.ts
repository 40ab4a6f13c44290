import type { MessageKey } from '../../../../src/feeds/index.js'
import type { Effect, Event } from '../../../../src/protocol/index.js'
import type { SimulatedNode } from '../node.js'
import { expectThat } from '../observer.js'
import type { Observer } from '../observer.js'

/** Beyond its window a core may leave a message and want it later, but hardly this often. */
const PATIENCE = 20

/** A core that wants again and again what it was given keeps a real node busy for nothing. */
export class DemandChecker implements Observer {
  readonly #repeated = new Map<SimulatedNode, Map<MessageKey, number>>()

  booted(node: SimulatedNode): void {
    this.#repeated.set(node, new Map())
  }

  stepped(node: SimulatedNode, _event: Event, effects: readonly Effect[]): void {
    if (!node.behaviour.correct) return
    for (const effect of effects) {
      if (effect.kind !== 'want' || effect.want.kind !== 'message') continue
      if (node.wasHanded(effect.want.key)) this.#count(node, effect.want.key)
    }
  }

  #count(node: SimulatedNode, key: MessageKey): void {
    const repeated = this.#repeated.get(node)
    const times = (repeated?.get(key) ?? 0) + 1
    repeated?.set(key, times)
    expectThat(times < PATIENCE, 'wants-what-it-has', { node: node.name, key, times })
  }
}
