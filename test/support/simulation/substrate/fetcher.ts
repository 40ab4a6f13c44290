import type { FeedId, FeedMessage, MessageKey } from '../../../../src/feeds/index.js'
import type { Want } from '../../../../src/protocol/index.js'
import type { SimulatedNode } from '../node.js'
import type { World } from '../world.js'

const RETRY_MS = 250

/** The RPC of protocol section 4: messages by key and by range, and offers, between linked nodes. */
export class Fetcher {
  #retrying = false

  constructor(
    private readonly node: SimulatedNode,
    private readonly world: World,
  ) {}

  reset(): void {
    this.#retrying = false
  }

  /** Asks now, and again until the core wants it no longer. */
  ask(want: Want): void {
    this.#request(want)
    if (this.#retrying) return
    this.#retrying = true
    this.node.later(RETRY_MS, () => this.#retry())
  }

  /** Shows certificates to nodes; to one without a link the core shows them again when there is one. */
  offer(keys: readonly MessageKey[], to: readonly FeedId[]): void {
    for (const peer of to.map((feed) => this.world.nodeOf(feed))) {
      if (!peer || peer === this.node) continue
      this.world.fabric.channel(this.node, peer)?.send(() => peer.receiveOffer(keys, this.node))
    }
  }

  /** Fetches what an offer names and is not here. */
  takeOffer(keys: readonly MessageKey[], from: SimulatedNode): void {
    const missing = keys.filter((key) => !this.node.store.get(key))
    if (missing.length > 0) this.#call(from, (peer) => missing.flatMap((key) => peer.store.get(key) ?? []))
    const unread = keys
      .flatMap((key) => this.node.store.get(key) ?? [])
      .filter((message) => !this.node.hasRead(message))
    if (unread.length > 0) this.node.receiveFetched(unread)
  }

  #retry(): void {
    const wants = this.node.openWants()
    this.#retrying = wants.length > 0
    for (const want of wants) this.#request(want)
    if (this.#retrying) this.node.later(RETRY_MS, () => this.#retry())
  }

  #request(want: Want): void {
    const held = answer(this.node, want)
    if (held.length > 0) {
      // A core that wants what it was given already gets it again, but no sooner than a peer could answer.
      this.node.later(held.every(({ key }) => this.node.wasHanded(key)) ? RETRY_MS : 0, () =>
        this.node.receiveFetched(held),
      )
      return
    }
    const connected = this.world.fabric.connected(this.node)
    const named = want.from.map((feed) => this.world.nodeOf(feed))
    const preferred = connected.filter((peer) => named.includes(peer))
    const choices = preferred.length > 0 && this.node.random.chance(0.7) ? preferred : connected
    if (choices.length > 0) this.#call(this.node.random.pick(choices), (peer) => answer(peer, want))
  }

  #call(peer: SimulatedNode, serve: (peer: SimulatedNode) => readonly FeedMessage[]): void {
    const { node, world } = this
    world.fabric.channel(node, peer)?.send(() => {
      const served = serve(peer).filter((message) => peer.behaviour.shows(message, node))
      if (served.length > 0) world.fabric.channel(peer, node)?.send(() => node.receiveFetched(served))
    })
  }
}

const answer = ({ store }: SimulatedNode, want: Want): readonly FeedMessage[] => {
  switch (want.kind) {
    case 'message': {
      const message = store.get(want.key)
      return message ? [message] : []
    }
    case 'range':
      return store.range(want.tip, want.after) ?? []
  }
}
