import { apiError, type SubmitAnswer } from '../api/index.js'
import type { ChainView, HostEvent } from '../chain-store/index.js'
import { type FeedId, type FeedMessage, type Hash, hashHex, sha256 } from '../feeds/index.js'
import type { ChainState } from '../protocol/index.js'
import { lanesOf } from '../roles/index.js'
import { assert } from '../util/index.js'
import type { ValidatorHost } from './host.js'
import { fitCount } from './lane-message.js'
import { LanePublisher, type Published } from './lane-publisher.js'
import { refusedOperation, type Submitter } from './operation-gate.js'
import { type PendingLimits, PendingPool } from './pending-pool.js'

/**
 * From a client's bytes to a durable place in the own lane. The order is fixed: known already, shape, node ready,
 * room, then the application's word; only what passes all of them is ever published. All of it happens in one turn,
 * so that transactions enter the lane in the order in which they arrive.
 */
export class Submission<State> {
  readonly pool: PendingPool<ChainState<State>>
  readonly publisher: LanePublisher
  readonly #lane: { readonly feed: FeedId; readonly index: number }
  readonly #inFlight = new Map<Hash, Promise<SubmitAnswer>>()
  readonly #unsubscribe: () => void

  constructor(
    private readonly host: ValidatorHost<State>,
    private readonly view: ChainView<State>,
    limits: PendingLimits,
  ) {
    this.#lane = ownLane(host)
    this.pool = new PendingPool(host.application, () => host.latest(), limits)
    this.publisher = new LanePublisher(
      (transactions) => host.publishTransactions(transactions),
      host.network.parameters.laneBatchMs,
    )
    this.#unsubscribe = host.subscribe((event) => this.#heard(event))
  }

  /**
   * Resolves once the transaction is durable here, or was known before.
   * @throws CodedError `malformed-transaction`, `transaction-too-large`, `not-ready`, `halted`, `lane-closed`,
   * `overloaded`, `transaction-refused` with the application's or the protocol's reason in `data`, `publish-failed`
   */
  async submit(bytes: Uint8Array, submitter: Submitter = 'client'): Promise<SubmitAnswer> {
    const hash = hashHex(sha256(bytes))
    const sameNow = this.#inFlight.get(hash)
    if (sameNow) return { ...(await sameNow), known: true }
    if (this.view.waiting(hash)) return { ...(await this.view.transactionStatus(hash)), known: true }
    try {
      this.#admit(hash, bytes, submitter)
    } catch (error) {
      // A copy of what was executed long ago is refused like any replay; its sender wants to know what became of it.
      const status = await this.view.transactionStatus(hash)
      if (status.state === 'unknown') throw error
      return { ...status, known: true }
    }
    const answer = this.#publish(hash, bytes).finally(() => this.#inFlight.delete(hash))
    this.#inFlight.set(hash, answer)
    return answer
  }

  /** Refuses what waits unpublished; what is being made durable is waited for. */
  async close(): Promise<void> {
    this.#unsubscribe()
    await this.publisher.close()
  }

  #admit(hash: Hash, bytes: Uint8Array, submitter: Submitter): void {
    if (bytes.length === 0) throw apiError('malformed-transaction')
    if (fitCount([bytes]) === 0) throw apiError('transaction-too-large', { size: bytes.length })
    const { started, halted } = this.host.status()
    if (halted !== null) throw apiError('halted', { reason: halted })
    if (!started) throw apiError('not-ready')
    if (this.#isClosed()) throw apiError('lane-closed', { lane: this.#lane.feed })
    this.pool.requireRoom(bytes)
    const { registry } = this.pool.overlay().state
    const refused = refusedOperation(bytes, this.#lane.feed, registry, submitter)
    const code = refused ?? this.pool.admit(hash, bytes)
    if (code === 0) return
    const { name, sentence } = this.host.application.describe(code)
    throw apiError('transaction-refused', { hash, result: code, name }, sentence)
  }

  /** Nothing that stands in the own lane is executed any more, nor is what would be published. */
  #isClosed(): boolean {
    return this.host.latest().state.registry.closed.has(this.#lane.feed)
  }

  async #publish(hash: Hash, bytes: Uint8Array): Promise<SubmitAnswer> {
    try {
      const published = await this.publisher.add(bytes)
      this.pool.placed(hash, published.message.sequence)
      return this.#received(hash, published)
    } catch (error) {
      this.pool.drop([hash])
      throw error
    }
  }

  #received(hash: Hash, { message: { sequence }, index }: Published): SubmitAnswer {
    const { feed, index: lane } = this.#lane
    const replicated = this.host.replicatedTo(feed, sequence).length > 0
    const place = { feed, lane, sequence, index }
    return { hash, state: 'received', replicated, place, block: null, result: null, known: false }
  }

  #heard(event: HostEvent<State>): void {
    if (event.kind === 'messages') for (const message of event.messages) this.#message(message)
    if (event.kind !== 'executed') return
    const advance = event.block.assembled.body.cut.find(({ lane }) => lane === this.#lane.index)
    if (advance) this.pool.executed(advance.sequence)
    if (this.#isClosed()) this.pool.clear()
  }

  #message({ author, sequence, body }: FeedMessage): void {
    if (author !== this.#lane.feed || body.type !== 'transaction') return
    if (sequence <= this.view.store.executedSequence(this.#lane.index) || this.#isClosed()) return
    for (const bytes of body.transactions) this.pool.read(hashHex(sha256(bytes)), bytes, sequence)
  }
}

const ownLane = <State>({ network, self }: ValidatorHost<State>): { feed: FeedId; index: number } => {
  const index = network.genesis.validators.findIndex(({ id }) => id === self)
  const feed = lanesOf(network.genesis)[index]
  assert(feed !== undefined, 'a validator service runs for a validator of the network')
  return { feed, index }
}
