import type { FeedId, FeedMessage } from '../../../src/feeds/index.js'
import type { Effect, Event, Finding } from '../../../src/protocol/index.js'
import type { SimulatedNode } from './node.js'
import type { Losses, Observer } from './observer.js'

/** What happened often enough to be proof that it works. A run that never left round 0 shows little. */
export interface Counts {
  heights: number
  transactions: number
  /** Rounds above 0 that somebody entered, each counted once. */
  roundsAboveZero: number
  /** Proposals that repeat what an earlier round precommitted. */
  reproposals: number
  /** Entries into a round beyond the next one. */
  jumps: number
  crashes: number
  restarts: number
  /** Nodes that were down and then executed a block again. */
  recoveries: number
  partitions: number
  /** Own messages that a crash took before anyone saw them, and received ones that only peers had still. */
  ownLost: number
  receivedLost: number
  clockJumps: number
  /** Lanes that some correct node froze because a fork was proved, each counted once. */
  frozenLanes: number
  /** Lanes that a registry operation closed. */
  closedLanes: number
  /** Traitors found out, each counted once for every way. */
  findings: number
  /** Feed messages published, identities aside: lane messages, and what the protocol adds to them. */
  laneMessages: number
  protocolMessages: number
}

export const noCounts = (): Counts => ({
  heights: 0,
  transactions: 0,
  roundsAboveZero: 0,
  reproposals: 0,
  jumps: 0,
  crashes: 0,
  restarts: 0,
  recoveries: 0,
  partitions: 0,
  ownLost: 0,
  receivedLost: 0,
  clockJumps: 0,
  frozenLanes: 0,
  closedLanes: 0,
  findings: 0,
  laneMessages: 0,
  protocolMessages: 0,
})

export const addCounts = (a: Counts, b: Counts): Counts => {
  const total = { ...a }
  for (const name of Object.keys(b) as (keyof Counts)[]) total[name] += b[name]
  return total
}

export const describeCounts = (counts: Counts): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${count}`)
    .join(', ')

/** Counts while a simulation runs. */
export class Coverage implements Observer {
  readonly counts = noCounts()
  readonly #rounds = new Set<string>()
  readonly #frozen = new Set<FeedId>()
  readonly #findings = new Set<string>()
  /** Nodes that came back and have executed nothing yet that they had not before. */
  readonly #recovering = new Set<SimulatedNode>()
  readonly #places = new Map<SimulatedNode, { readonly height: number; readonly round: number }>()

  stepped(node: SimulatedNode, _event: Event, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'entered') this.#entered(node, effect.height, effect.round)
      if (effect.kind === 'executed' && node.hasStarted && this.#recovering.delete(node)) {
        this.counts.recoveries++
      }
      if (effect.kind === 'executed' && effect.block.height > this.counts.heights) {
        this.counts.heights = effect.block.height
        this.counts.transactions += effect.block.transactions.length
        this.counts.closedLanes = effect.block.state.registry.closed.size
      }
    }
  }

  published(_node: SimulatedNode, { body }: FeedMessage): void {
    if (body.type === 'identity' || body.type === 'contact') return
    if (body.type === 'transaction' || body.type === 'junk') this.counts.laneMessages++
    else this.counts.protocolMessages++
    if (body.type === 'assembled' && body.base >= 0) this.counts.reproposals++
  }

  partitioned(): void {
    this.counts.partitions++
  }

  crashed(_node: SimulatedNode, { own, received }: Losses): void {
    this.counts.crashes++
    this.counts.ownLost += own
    this.counts.receivedLost += received
  }

  clockSet(): void {
    this.counts.clockJumps++
  }

  forkProved(node: SimulatedNode, feed: FeedId): void {
    if (!node.behaviour.correct || this.#frozen.has(feed)) return
    this.#frozen.add(feed)
    this.counts.frozenLanes++
  }

  booted(node: SimulatedNode): void {
    if (this.#places.has(node)) {
      this.counts.restarts++
      this.#recovering.add(node)
    }
    this.#places.set(node, { height: 0, round: 0 })
  }

  found({ code, culprits }: Finding): void {
    const name = `${code} ${culprits.map(({ owner }) => owner).join()}`
    if (!this.#findings.has(name)) this.counts.findings++
    this.#findings.add(name)
  }

  #entered(node: SimulatedNode, height: number, round: number): void {
    const before = this.#places.get(node)
    const name = `${height} ${round}`
    if (round > 0 && !this.#rounds.has(name)) this.counts.roundsAboveZero++
    this.#rounds.add(name)
    if (before && round > (before.height === height ? before.round + 1 : 0)) this.counts.jumps++
    this.#places.set(node, { height, round })
  }
}
