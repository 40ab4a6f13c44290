import type { FeedId } from '../feeds/index.js'
import { encodeForkProof, type ForkProof } from '../ocean/chain/index.js'
import {
  type Block,
  blockHash,
  encodeTransaction,
  type Transaction,
  transactionId,
} from '../ocean/codec/index.js'
import type { EmbeddedNode, Peer, Relay } from '../ocean/node/index.js'
import type { Refusal } from '../util/index.js'
import type { Name } from './content.js'
import { FeedReader } from './feed-reader.js'
import { forkId, Inbox } from './inbox.js'
import { Outbox } from './outbox.js'

/** The feeds of the members, as the relay needs them. */
export interface Feeds {
  /** All members', the own one among them. */
  readonly members: readonly FeedId[]
  read(feed: FeedId, fromSequence: number): Promise<readonly unknown[]>
  append(content: object): Promise<unknown>
  peers(): readonly Peer[]
}

export interface RelayEvents {
  /** A member wrote what the node does not take. */
  readonly onVerdict: (member: FeedId, refusal: Refusal) => void
  /** What this node itself could not do; it is tried again. */
  readonly onTrouble: (error: unknown) => void
}

/**
 * Between one node and the feeds. What the node takes from its own callers is published; what a feed brought is not. A
 * block is stored before it is published: were the process killed in between, the next start finds it in the chain and in
 * no feed. The other way round, others would build on a block that this node may not have.
 */
export class FeedRelay implements Relay {
  readonly #inbox: Inbox
  readonly #outbox: Outbox
  readonly #readers: ReadonlyMap<FeedId, FeedReader>
  /** Until then blocks are not queued: they must stand in the feed in the order of their heights. */
  #isPublishing = false

  constructor(
    private readonly node: EmbeddedNode,
    private readonly feeds: Feeds,
    { onVerdict, onTrouble }: RelayEvents,
  ) {
    this.#inbox = new Inbox(node)
    this.#outbox = new Outbox({
      bytesOf: (name) => this.#bytesOf(name),
      append: (content) => feeds.append(content),
      onTrouble,
    })
    const readerOf = (feed: FeedId) =>
      new FeedReader({
        read: (fromSequence) => feeds.read(feed, fromSequence),
        take: (whole) => this.#inbox.take(whole),
        onRefusal: (refusal) => onVerdict(feed, refusal),
        onTrouble,
      })
    this.#readers = new Map(feeds.members.map((feed) => [feed, readerOf(feed)]))
  }

  /** Reads what the log holds of all feeds; resolves when all that may be taken now is. */
  async read(): Promise<void> {
    await Promise.all([...this.#readers.values()].map((reader) => reader.wake()))
  }

  /** A message of this feed has come. */
  arrived(feed: FeedId): void {
    void this.#readers.get(feed)?.wake()
  }

  /** The own feed is whole: says what no feed says yet, and from now on all that is new. */
  publish(): void {
    const { chain, forks } = this.node
    this.#isPublishing = true
    for (let height = 1; height <= chain.height; height++) {
      const hash = chain.entryAt(height)?.hash
      if (hash !== undefined) this.#say({ kind: 'ocean-block', id: hash })
    }
    for (const { proof } of forks) this.#say({ kind: 'ocean-fork', id: forkId(proof) })
    this.#outbox.open()
  }

  /** Tries again what failed or had to wait. */
  retry(): void {
    void this.read()
    this.#outbox.flush()
  }

  tookBlock({ header, transactions }: Block): void {
    this.#say({ kind: 'ocean-block', id: blockHash(header) })
    for (const transaction of transactions) this.#inbox.adopt(transactionId(transaction))
    void this.read()
  }

  tookTransaction(transaction: Transaction): void {
    const id = transactionId(transaction)
    if (!this.#inbox.isArriving(id)) this.#outbox.put({ kind: 'ocean-transaction', id })
    this.#inbox.adopt(id)
  }

  forked(proof: ForkProof): void {
    this.#say({ kind: 'ocean-fork', id: forkId(proof) })
  }

  peers(): readonly Peer[] {
    return this.feeds.peers()
  }

  async close(): Promise<void> {
    await this.#outbox.close()
    await Promise.all([...this.#readers.values()].map((reader) => reader.close()))
  }

  #say(name: Name): void {
    if (this.#isPublishing && !this.#inbox.heard.has(name.id)) this.#outbox.put(name)
  }

  /** What stands in a feed by now, or left the mempool, need not be said any more. */
  #bytesOf({ kind, id }: Name): Uint8Array | undefined {
    const { chain, mempool, forks } = this.node
    if (this.#inbox.heard.has(id)) return undefined
    switch (kind) {
      case 'ocean-block':
        return chain.store.block(id)
      case 'ocean-transaction': {
        const waiting = mempool.get(id)
        return waiting && encodeTransaction(waiting.transaction)
      }
      case 'ocean-fork': {
        const fork = forks.find(({ proof }) => forkId(proof) === id)
        return fork && encodeForkProof(fork.proof)
      }
    }
  }
}
