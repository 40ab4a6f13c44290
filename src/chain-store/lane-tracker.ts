import {
  type FeedId,
  type FeedMessage,
  type Hash,
  hashHex,
  type LaneAdvance,
  sha256,
} from '../feeds/index.js'

/** Where a transaction waits for its block. */
export interface LanePlace {
  readonly feed: FeedId
  readonly lane: number
  readonly sequence: number
  readonly index: number
}

/**
 * Transactions that stand in a lane and in no executed block yet, by hash. A copy in a second place counts for
 * nothing, as in the chain itself. Others fill their lanes as they like, so what is remembered of them is bounded;
 * a transaction beyond the bound is merely unknown here until its block is executed.
 */
export class LaneTracker {
  readonly #places = new Map<Hash, LanePlace>()
  /** By lane, ascending: what to forget once a cut has passed it. */
  readonly #queues = new Map<number, { sequence: number; hashes: readonly Hash[] }[]>()
  /** Without those that the chain has closed. */
  readonly #laneOf: Map<FeedId, number>

  constructor(
    lanes: readonly FeedId[],
    private readonly executedSequence: (lane: number) => number,
    private readonly limit = 100_000,
  ) {
    this.#laneOf = new Map(lanes.map((feed, lane) => [feed, lane]))
  }

  get count(): number {
    return this.#places.size
  }

  place(hash: Hash): LanePlace | undefined {
    return this.#places.get(hash)
  }

  /** Returns the hashes that were not known before. */
  add({ author: feed, sequence, body }: FeedMessage): readonly Hash[] {
    const lane = this.#laneOf.get(feed)
    if (lane === undefined || body.type !== 'transaction') return []
    const last = this.#queues.get(lane)?.at(-1)?.sequence ?? 0
    if (sequence <= Math.max(last, this.executedSequence(lane))) return []
    const hashes = body.transactions.map((bytes) => hashHex(sha256(bytes)))
    const added: Hash[] = []
    hashes.forEach((hash, index) => {
      if (this.#places.has(hash) || this.#places.size >= this.limit) return
      this.#places.set(hash, { feed, lane, sequence, index })
      added.push(hash)
    })
    const queue = this.#queues.get(lane)
    if (queue) queue.push({ sequence, hashes: added })
    else this.#queues.set(lane, [{ sequence, hashes: added }])
    return added
  }

  /** Forgets a lane of which nothing will ever be executed any more: what waits there may be sent elsewhere. */
  close(feed: FeedId): void {
    const lane = this.#laneOf.get(feed)
    if (lane === undefined) return
    for (const { hashes } of this.#queues.get(lane) ?? []) {
      for (const hash of hashes) this.#places.delete(hash)
    }
    this.#queues.delete(lane)
    this.#laneOf.delete(feed)
  }

  /** Forgets what a stored block has executed. */
  advance(cut: readonly LaneAdvance[]): void {
    for (const { lane, sequence } of cut) {
      const queue = this.#queues.get(lane) ?? []
      const kept = queue.findIndex((entry) => entry.sequence > sequence)
      const gone = queue.splice(0, kept === -1 ? queue.length : kept)
      for (const { hashes } of gone) for (const hash of hashes) this.#places.delete(hash)
    }
  }
}
