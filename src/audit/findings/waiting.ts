import {
  type AssembledBody,
  type FeedId,
  MESSAGE_SIZE_LIMIT,
  TRANSACTIONS_PER_MESSAGE_LIMIT,
} from '../../feeds/index.js'
import { closedLanes, type Law } from '../../protocol/index.js'
import { lanesOf } from '../../roles/index.js'
import type { Accuser } from './accuser.js'
import type { Arrivals } from '../reading/arrivals.js'
import type { AuditedHeight } from '../chain/heights.js'
import type { ReplayStart } from '../origin.js'
import type { Exclusions } from './exclusions.js'
import { Histogram, type Summary } from '../statistics/index.js'

/** Heights with room that each of f_m + 1 assemblers may take, before a transaction left out is evident. */
const PATIENCE = 64
/** Heights between a message's arrival and the proposal that is held to have known it. */
const ARRIVED_BEFORE = 3

/** What became of the messages of one lane. */
export interface LaneFacts {
  readonly validator: string
  /** Messages that were read, and those of them that stand in executed blocks, with their transactions. */
  readonly offered: number
  readonly cut: number
  readonly transactions: number
  /** Its part of all messages that were read, and of all in blocks. */
  readonly shareOffered: number
  readonly shareCut: number
  /** Heights with room that went by between a message's arrival and its block. */
  readonly waited: Summary
}

/** How long lanes wait, in heights that had room for any message; closed and forked ones wait for nothing. */
export class Waiting {
  readonly #lanes: readonly FeedId[]
  /** Last sequence of each lane that is in a block. */
  readonly #cut: number[]
  /** Heights with room, up to each height from the one on which the replay began. */
  readonly #roomy: number[] = [0]
  readonly #waited: readonly Histogram[]
  readonly #transactions: number[]
  readonly #longest = new Map<number, { readonly sequence: number; readonly heights: number }>()
  #closed: ReadonlySet<FeedId> = new Set()

  constructor(
    private readonly law: Law,
    private readonly arrivals: Arrivals,
    private readonly isForked: (lane: FeedId) => boolean,
    private readonly start: ReplayStart,
  ) {
    this.#lanes = lanesOf(law.network.genesis)
    this.#cut = this.#lanes.map((_, lane) => start.cut[lane]?.sequence ?? 0)
    this.#transactions = this.#lanes.map(() => 0)
    this.#waited = this.#lanes.map(() => new Histogram())
  }

  /** Takes the next executed block; says of a free choice which lanes it took something of. */
  take({ height, block }: Pick<AuditedHeight, 'height' | 'block'>, exclusions: Exclusions): void {
    const { body, author } = block.assembled
    const hasRoom = this.#hasRoom(body)
    this.#roomy.push((this.#roomy.at(-1) ?? 0) + (hasRoom ? 1 : 0))
    for (const { lane } of block.transactions) {
      this.#transactions[lane] = (this.#transactions[lane] ?? 0) + 1
    }
    const assembler = this.law.registry.placeOf(author)?.member.id
    for (const [lane, feed] of this.#lanes.entries()) {
      const before = this.#cut[lane] ?? 0
      const after = body.cut.find((advance) => advance.lane === lane)?.sequence ?? before
      const isFree = hasRoom && body.base === -1 && this.#isOpen(feed)
      if (isFree && assembler !== undefined && this.#wasThere(feed, before + 1, height)) {
        exclusions.takeLane(assembler, lane, after === before)
      }
      for (let sequence = before + 1; sequence <= after; sequence++) {
        this.#waited[lane]?.add(this.#note(lane, sequence, height))
      }
      this.#cut[lane] = after
    }
    this.#closed = new Set(closedLanes(block.state).map(({ lane }) => lane))
  }

  /** Of what waited too long, and of what waits still. */
  accuse(accuser: Accuser): void {
    const bound = (this.law.network.parameters.faultyMessagenodes + 1) * PATIENCE
    for (const [lane, feed] of this.#lanes.entries()) {
      if (!this.#isOpen(feed)) continue
      const next = (this.#cut[lane] ?? 0) + 1
      if (next <= this.arrivals.lengthOf(feed)) this.#note(lane, next, this.start.height + this.#roomy.length)
      const longest = this.#longest.get(lane)
      if (!longest || longest.heights <= bound) continue
      const facts = { lane, feed, ...longest, bound }
      accuser.evident({ code: 'censorship', culprits: [], messages: [], height: null, facts })
    }
  }

  facts(): readonly LaneFacts[] {
    const offered = this.#lanes.map((feed) => this.arrivals.lengthOf(feed))
    const all = { offered: total(offered), cut: total(this.#cut) }
    return this.law.network.genesis.validators.map(({ name }, lane) => {
      const [own, cut] = [offered[lane] ?? 0, this.#cut[lane] ?? 0]
      return {
        validator: name,
        offered: own,
        cut,
        transactions: this.#transactions[lane] ?? 0,
        shareOffered: all.offered === 0 ? 0 : own / all.offered,
        shareCut: all.cut === 0 ? 0 : cut / all.cut,
        waited: (this.#waited[lane] ?? new Histogram()).summary(),
      }
    })
  }

  #roomyUpTo(height: number): number {
    return this.#roomy[Math.max(0, height - this.start.height)] ?? 0
  }

  #isOpen(feed: FeedId): boolean {
    return !this.#closed.has(feed) && !this.isForked(feed)
  }

  /** Whether another message of any size would have fitted: as far as the number of messages tells. */
  #hasRoom({ cut, txCount }: AssembledBody): boolean {
    const { transactions, bytes } = this.law.network.parameters.capacity
    const messages = cut.reduce((sum, { lane, sequence }) => sum + sequence - (this.#cut[lane] ?? 0), 1)
    return txCount + TRANSACTIONS_PER_MESSAGE_LIMIT <= transactions && messages * MESSAGE_SIZE_LIMIT <= bytes
  }

  #wasThere(feed: FeedId, sequence: number, height: number): boolean {
    const decided = this.arrivals.decidedAt(feed, sequence)
    return decided !== undefined && decided + ARRIVED_BEFORE <= height
  }

  /** Heights with room that a message waited. */
  #note(lane: number, sequence: number, height: number): number {
    const feed = this.#lanes[lane]
    const arrivedAt = feed && this.arrivals.decidedAt(feed, sequence)
    if (arrivedAt === undefined || arrivedAt + 1 >= height) return 0
    const heights = this.#roomyUpTo(height - 1) - this.#roomyUpTo(arrivedAt + 1)
    if (heights > (this.#longest.get(lane)?.heights ?? 0)) this.#longest.set(lane, { sequence, heights })
    return heights
  }
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)
