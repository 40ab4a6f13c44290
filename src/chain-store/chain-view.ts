import {
  apiError,
  type BlockAnswer,
  type BlockEvent,
  type BlockTransaction,
  type TransactionStatus,
} from '../api/index.js'
import { type FeedMessage, type Hash, hashHex, sha256 } from '../feeds/index.js'
import type { ChainState } from '../protocol/index.js'
import { lanesOf } from '../roles/index.js'
import { toHex } from '../util/index.js'
import { certificateJson, decidedEvent, headerJson, resultJson } from './answers.js'
import type { ChainHost, HostEvent } from './host.js'
import { type LanePlace, LaneTracker } from './lane-tracker.js'
import { OpenBlocks } from './open-blocks.js'
import { type Recorded, Recorder } from './recorder.js'
import type { StoredCertificate, StoredHeader, StoredTransaction } from './records.js'
import type { BlockPosition, ChainStore } from './store.js'

/** Something that clients may be waiting for. Everything told of is already in the answers below. */
export type ViewEvent =
  | { readonly kind: 'step'; readonly step: BlockEvent }
  /** Transactions newly seen in a lane. */
  | { readonly kind: 'received'; readonly hashes: readonly Hash[] }
  | { readonly kind: 'replicated' }
  /** Transactions of a block that was executed. */
  | { readonly kind: 'executed'; readonly height: number; readonly hashes: ReadonlySet<Hash> }

type Listener = (event: ViewEvent) => void

/**
 * The chain as clients ask for it: from a transaction's lane over proposals to sealed blocks. Derived from feeds
 * and store alone, so a restarted node gives the same answers. Every service of a node reads the same view.
 */
export class ChainView<State> {
  readonly #tracker: LaneTracker
  readonly #open: OpenBlocks
  readonly #recorder: Recorder<State>
  readonly #listeners = new Set<Listener>()
  /** Sealed certificates that came before this node executed their block. */
  readonly #early = new Map<number, StoredCertificate>()
  readonly #unsubscribe: () => void

  /** `onFault` hears of a store that cannot be written any more; the node must stop. */
  constructor(
    readonly host: ChainHost<State>,
    readonly store: ChainStore,
    onFault: (error: unknown) => void,
  ) {
    const epoch = host.epochAt(store.latestHeight + 1)
    this.#tracker = new LaneTracker(lanesOf(epoch), (lane) => store.executedSequence(lane))
    this.#open = new OpenBlocks(epoch)
    this.#recorder = new Recorder(host, store, (recorded) => this.#recorded(recorded), onFault)
    this.#unsubscribe = host.subscribe((event) => this.#heard(event))
    // A node that goes on from a checkpoint does not execute again the block that closed a lane.
    this.#forgetClosed(host.latest().state)
  }

  /** Returns how to stop. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Transactions that stand in lanes and in no stored block. */
  get waitingCount(): number {
    return this.#tracker.count
  }

  /** Where a transaction waits, if it stands in a lane and in no stored block. */
  waiting(hash: Hash): LanePlace | undefined {
    return this.#tracker.place(hash)
  }

  async transactionStatus(hash: Hash): Promise<TransactionStatus> {
    const place = this.#tracker.place(hash)
    const found = await this.store.find(hash)
    if (found) return this.#decidedStatus(hash, found)
    const state = place ? this.#waitingState(place) : 'unknown'
    const replicated = place !== undefined && (state === 'assembled' || this.#replicated(place))
    return { hash, state, replicated, place: place ?? null, block: null, result: null }
  }

  #waitingState({ lane, sequence }: LanePlace): 'assembled' | 'received' {
    return this.#open.covers(lane, sequence, this.store.latestHeight) ? 'assembled' : 'received'
  }

  #replicated({ feed, sequence }: LanePlace): boolean {
    return this.host.replicatedTo(feed, sequence).length > 0
  }

  async #decidedStatus(hash: Hash, block: BlockPosition): Promise<TransactionStatus> {
    const record = await this.store.transactionAt(block.height, block.position)
    if (!record) throw apiError('internal')
    const { lane, sequence, index, code } = record
    const feed = this.#feedOf(block.height, lane)
    const sealed = await this.store.sealed(block.height)
    return {
      hash,
      state: sealed ? 'sealed' : 'committed',
      replicated: true,
      place: { feed, lane, sequence, index },
      block,
      result: resultJson(this.host.application, code),
    }
  }

  #feedOf(height: number, lane: number): LanePlace['feed'] {
    const feed = lanesOf(this.host.epochAt(height))[lane]
    if (feed === undefined) throw apiError('internal')
    return feed
  }

  /** @throws CodedError `block-unknown`; with `bytes`, `data-pruned`. */
  async block(height: number, bytes = false): Promise<BlockAnswer> {
    const [header, committed, sealed, stored] = await Promise.all([
      this.store.header(height),
      this.store.committed(height),
      this.store.sealed(height),
      this.store.transactions(height),
    ])
    if (!header || !committed) throw apiError('block-unknown', { height })
    const transactions: BlockTransaction[] = []
    for (const [position, { lane, sequence, index, hash, code }] of stored.entries()) {
      const result = resultJson(this.host.application, code)
      const entry = { position, hash, lane, sequence, index, result }
      if (!bytes) transactions.push(entry)
      else {
        const transaction = toHex(await this.transactionBytes(height, { lane, sequence, index, hash }))
        transactions.push({ ...entry, transaction })
      }
    }
    return {
      header: headerJson(header),
      stage: sealed ? 'sealed' : 'committed',
      stateRoot: header.stateRoot,
      assembled: header.assembled,
      round: header.round,
      failed: header.failed,
      committed: certificateJson(committed),
      sealed: sealed ? certificateJson(sealed) : null,
      transactions,
    }
  }

  /**
   * A stored transaction's bytes, read back from its feed and checked against its hash.
   * @throws CodedError `data-pruned` if the feed no longer holds them here.
   */
  async transactionBytes(height: number, record: Omit<StoredTransaction, 'code'>): Promise<Uint8Array> {
    const { lane, sequence, index, hash } = record
    const message = await this.host.message(this.#feedOf(height, lane), sequence)
    const bytes = message?.body.type === 'transaction' ? message.body.transactions[index] : undefined
    if (bytes === undefined || hashHex(sha256(bytes)) !== hash) throw apiError('data-pruned', { hash })
    return bytes
  }

  /** The steps a block has taken as far as they are known; of an old one only the decision and the seal. */
  async blockSteps(height: number): Promise<readonly BlockEvent[]> {
    const header = await this.store.header(height)
    const [committed, sealed] = await Promise.all([this.store.committed(height), this.store.sealed(height)])
    if (!header || !committed) return this.#open.events(height)
    const steps = [...this.#open.events(height), decidedEvent('committed', header, committed.key)]
    return sealed ? [...steps, decidedEvent('sealed', header, sealed.key)] : steps
  }

  /** Resolves once everything heard so far is in the store. */
  settled(): Promise<void> {
    return this.#recorder.settled()
  }

  /** Stops listening and finishes writing; the store stays open. */
  async close(): Promise<void> {
    this.#unsubscribe()
    this.#listeners.clear()
    await this.settled()
  }

  #heard(event: HostEvent<State>): void {
    switch (event.kind) {
      case 'messages':
        for (const message of event.messages) this.#message(message)
        return
      case 'replicated':
        this.#tell({ kind: 'replicated' })
        return
      case 'executed':
        this.#recorder.record(event)
        this.#forgetClosed(event.block.state)
        return
      case 'decided':
      case 'sealed':
        this.#recorder.record(event)
    }
  }

  #message(message: FeedMessage): void {
    const hashes = this.#tracker.add(message)
    if (hashes.length > 0) this.#tell({ kind: 'received', hashes })
    const step = this.#open.add(message, this.store.latestHeight)
    if (step) this.#tell({ kind: 'step', step })
  }

  /** Once the block is stored, so that what it took is never unknown in between. */
  #forgetClosed({ registry }: ChainState<State>): void {
    if (registry.closed.size === 0) return
    void this.settled().then(() => {
      for (const lane of registry.closed.keys()) this.#tracker.close(lane)
    })
  }

  #recorded(recorded: Recorded): void {
    if (recorded.kind === 'sealed') {
      const { certificate, header } = recorded
      if (header) this.#sealed(header, certificate)
      else this.#early.set(certificate.body.height, certificate)
      return
    }
    const { header, certificate, hashes, cut } = recorded
    const { height } = header
    this.#tracker.advance(cut)
    this.#tell({ kind: 'step', step: decidedEvent('committed', header, certificate) })
    this.#tell({ kind: 'executed', height, hashes })
    const early = this.#early.get(height)
    this.#early.delete(height)
    if (early) this.#sealed(header, early)
  }

  #sealed(header: StoredHeader, { key }: StoredCertificate): void {
    this.#open.close(header.height)
    this.#tell({ kind: 'step', step: decidedEvent('sealed', header, key) })
  }

  #tell(event: ViewEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}
