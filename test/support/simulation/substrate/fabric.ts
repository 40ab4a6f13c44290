import type { FeedId } from '../../../../src/feeds/index.js'
import { slowedDelay } from '../random-delay.js'
import type { Delay } from '../random-delay.js'
import type { Random } from '../random.js'
import type { Schedule } from '../schedule.js'
import type { SimulatedNode } from '../node.js'
import { Channel } from './channel.js'

/**
 * All links: validators with Messagenodes, Messagenodes among themselves, validators never with each other
 * (protocol section 1). A link is up while both ends run and nothing cuts it.
 */
export class Fabric {
  readonly #channels = new Map<SimulatedNode, Map<SimulatedNode, Channel>>()
  readonly #cuts = new Map<string, number>()

  constructor(nodes: readonly SimulatedNode[], schedule: Schedule, delay: Delay, random: Random) {
    for (const from of nodes) {
      const outgoing = new Map<SimulatedNode, Channel>()
      for (const to of nodes) {
        // A node takes no connection from its own identity, which a twin has.
        if (from.member.id === to.member.id || (from.isValidator && to.isValidator)) continue
        const slowed = slowedDelay(delay, Math.max(from.slowness, to.slowness))
        outgoing.set(to, new Channel(from, to, schedule, slowed, random.fork(`${from.name}>${to.name}`)))
      }
      this.#channels.set(from, outgoing)
    }
  }

  /** Nodes that `node` has a link to, up or not. */
  neighbours(node: SimulatedNode): readonly SimulatedNode[] {
    return [...this.#outgoing(node).keys()]
  }

  /** The open channel between two nodes, if there is one. */
  channel(from: SimulatedNode, to: SimulatedNode): Channel | undefined {
    const channel = this.#outgoing(from).get(to)
    return channel?.isOpen ? channel : undefined
  }

  connected(node: SimulatedNode): readonly SimulatedNode[] {
    return this.neighbours(node).filter((peer) => this.channel(node, peer) !== undefined)
  }

  replicate(node: SimulatedNode, feed: FeedId): void {
    for (const channel of this.#outgoing(node).values()) channel.push(feed)
  }

  /** A link stays cut until as many heals as cuts have come: partitions may overlap. */
  cut(a: SimulatedNode, b: SimulatedNode): void {
    this.#cuts.set(linkName(a, b), this.#cutsOf(a, b) + 1)
    this.refresh(a, b)
  }

  heal(a: SimulatedNode, b: SimulatedNode): void {
    this.#cuts.set(linkName(a, b), this.#cutsOf(a, b) - 1)
    this.refresh(a, b)
  }

  /** Opens or closes the links of a node that went up or down. */
  refreshAll(node: SimulatedNode): void {
    for (const peer of this.neighbours(node)) this.refresh(node, peer)
  }

  private refresh(a: SimulatedNode, b: SimulatedNode): void {
    const there = this.#outgoing(a).get(b)
    const back = this.#outgoing(b).get(a)
    if (!there || !back) return
    const up = a.isUp && b.isUp && this.#cutsOf(a, b) === 0
    if (up === there.isOpen) return
    if (!up) {
      there.close()
      back.close()
      return
    }
    there.open()
    back.open()
    a.connected(b)
    b.connected(a)
  }

  #outgoing(node: SimulatedNode): Map<SimulatedNode, Channel> {
    return this.#channels.get(node) ?? new Map<SimulatedNode, Channel>()
  }

  #cutsOf(a: SimulatedNode, b: SimulatedNode): number {
    return this.#cuts.get(linkName(a, b)) ?? 0
  }
}

const linkName = (a: SimulatedNode, b: SimulatedNode): string =>
  a.name < b.name ? `${a.name} ${b.name}` : `${b.name} ${a.name}`
