import type { HealthReport } from '../api/index.js'
import type { CoreStatus, EvidenceShelf, HostEvent } from '../chain-store/index.js'
import type { FeedId, FeedMessage } from '../feeds/index.js'
import { messageKeyOfValue, parseMessage } from '../feeds/index.js'
import type { Chain, ChainApplication, ChainState, Effect, Origin } from '../protocol/index.js'
import type { Network, RoleIdentity } from '../roles/index.js'
import { CodedError } from '../util/index.js'
import type { ValidatorHost } from '../validator/index.js'
import type { SignGuard } from './sign-guard.js'
import type { HealthMonitor } from './health/index.js'
import type { Substrate } from './substrate.js'

/** What of a core's state every kind of node shows. */
export interface CoreView {
  readonly chain: Chain<unknown>
  readonly round: number
}

export interface NodeHostPorts {
  readonly network: Network
  readonly self: FeedId
  readonly application: ChainApplication<unknown>
  readonly origin: Origin<unknown>
  readonly substrate: () => Substrate
  readonly guard: Pick<SignGuard, 'publish'>
  readonly core: () => CoreView
  readonly health: Pick<HealthMonitor, 'hear' | 'report'>
  readonly stallCounts: () => Readonly<Record<string, number>>
  readonly evidence: EvidenceShelf
  /** The identity of the own lane; null if this node has none. */
  readonly lane: RoleIdentity | null
}

/** The node as its services see it (`ChainHost`, `ValidatorHost`). */
export class NodeHost implements ValidatorHost<unknown> {
  readonly network: Network
  readonly self: FeedId
  readonly application: ChainApplication<unknown>
  readonly evidence: EvidenceShelf
  readonly #listeners = new Set<(event: HostEvent<unknown>) => void>()
  readonly #messagenodes: readonly FeedId[]
  #latest: { readonly height: number; readonly state: ChainState<unknown> }
  #started = false
  #halted: string | null = null

  constructor(private readonly ports: NodeHostPorts) {
    this.network = ports.network
    this.self = ports.self
    this.application = ports.application
    this.evidence = ports.evidence
    this.#messagenodes = ports.network.genesis.messagenodes.map(({ id }) => id)
    this.#latest = { height: ports.origin.height, state: ports.origin.state }
  }

  latest(): { readonly height: number; readonly state: ChainState<unknown> } {
    return this.#latest
  }

  epochAt(): Network['genesis'] {
    return this.network.genesis
  }

  status(): CoreStatus {
    const { chain, round } = this.ports.core()
    return {
      height: chain.decided.height + 1,
      round,
      peers: this.ports.substrate().peers().length,
      started: this.#started,
      halted: this.#halted,
    }
  }

  health(): HealthReport {
    return this.ports.health.report({
      started: this.#started,
      halted: this.#halted,
      laneClosed: this.#isLaneClosed(),
      decidedHeight: this.ports.core().chain.decided.height,
    })
  }

  stallCounts(): Readonly<Record<string, number>> {
    return this.ports.stallCounts()
  }

  subscribe(listener: (event: HostEvent<unknown>) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async message(feed: FeedId, sequence: number): Promise<FeedMessage | null> {
    const substrate = this.ports.substrate()
    if (sequence > (substrate.tip(feed)?.sequence ?? 0)) return null
    const [value] = await substrate.readFeed(feed, sequence, 1)
    return value ? parseMessage(messageKeyOfValue(value), value) : null
  }

  async messageByKey(key: FeedMessage['key']): Promise<FeedMessage | null> {
    const value = await this.ports.substrate().getByKey(key)
    return value ? parseMessage(key, value) : null
  }

  replicatedTo(feed: FeedId, sequence: number): readonly FeedId[] {
    const holders = this.ports.substrate().heldBy(feed, sequence)
    return holders.filter((id) => id !== this.self && this.#messagenodes.includes(id))
  }

  async publishTransactions(transactions: readonly Uint8Array[]): Promise<FeedMessage> {
    const { lane, guard } = this.ports
    if (lane === null || !this.#started || this.#halted !== null) {
      throw new CodedError('not-ready', 'this node takes no transactions now')
    }
    if (this.#isLaneClosed())
      throw new CodedError('lane-closed', 'the chain has closed the lane of this node')
    return guard.publish(lane, { type: 'transaction', transactions })
  }

  /** A message as it arrived, before the core sees it. */
  heard(message: FeedMessage): void {
    this.ports.health.hear(message)
    this.#tell({ kind: 'messages', messages: [message] })
  }

  replicated(): void {
    this.#tell({ kind: 'replicated' })
  }

  observe(effect: Effect): void {
    switch (effect.kind) {
      case 'executed':
        this.#latest = { height: effect.block.height, state: effect.block.state }
        this.#tell(effect)
        return
      case 'decided':
      case 'sealed':
        this.#tell(effect)
        return
      case 'halt':
        this.halt(effect.code)
        return
      default:
    }
  }

  started(): void {
    this.#started = true
  }

  halt(code: string): void {
    this.#halted ??= code
  }

  #isLaneClosed(): boolean {
    const { lane } = this.ports
    return lane !== null && this.#latest.state.registry.closed.has(lane.id)
  }

  #tell(event: HostEvent<unknown>): void {
    for (const listener of this.#listeners) listener(event)
  }
}
