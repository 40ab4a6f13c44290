import type { FeedId } from '../feeds/index.js'
import type { Millis } from '../protocol/index.js'

/**
 * Notices feeds that a connected peer says it holds more of and that do not come, and heals them: first by asking
 * that peer for the range, which is verified like everything fetched; if that keeps being needed, or brings nothing,
 * by dialling the peer anew. Each peer is judged by itself, so one that claims what it never gives costs a call now
 * and then and delays nobody (docs/substrate.md).
 */
export interface StallPorts {
  /** Monotonic milliseconds. */
  readonly now: () => Millis
  readonly feeds: () => Iterable<FeedId>
  /** Last sequence held here; 0 if nothing. */
  readonly held: (feed: FeedId) => number
  /** What connected peers say they hold of a feed. */
  readonly claims: (feed: FeedId) => Iterable<readonly [peer: FeedId, sequence: number]>
  /** Fetches what the peer holds beyond us of these feeds, and adds it; gives those that it has pruned. */
  readonly fetch: (peer: FeedId, feeds: readonly FeedId[]) => Promise<readonly FeedId[]>
  /** Ends the connection, so that one side dials again. */
  readonly redial: (peer: FeedId) => void
  readonly onStall: (stall: Stall) => void
}

/** What was done about it, for log and metrics. */
export interface Stall {
  readonly peer: FeedId
  readonly feeds: readonly FeedId[]
  /** `fetched`: the range brought the feeds on. `fruitless`: it did not. `pruned`: the peer no longer holds it. */
  readonly outcome: 'fetched' | 'fruitless' | 'pruned' | 'redialled'
}

/** How long a claim may stay unfulfilled: far above a feed hop, below the patience of replication itself (3 s). */
const PATIENCE_MS = 2_000
const LONGEST_WAIT_MS = 60_000
/** Heals in a row, or failures in a row, after which the connection is taken for broken. */
const HEALS_BEFORE_REDIAL = 3
const FIRST_REDIAL_MS = 30_000
const LONGEST_REDIAL_MS = 600_000

interface Claim {
  /** What the peer claimed when this began, and when it is to be fetched. */
  target: number
  dueMs: Millis
  failures: number
}

interface PeerWatch {
  readonly claims: Map<FeedId, Claim>
  busy: boolean
  heals: number
  redialMs: Millis
  mayRedialAt: Millis
}

export class StallWatch {
  readonly #peers = new Map<FeedId, PeerWatch>()
  readonly #counts = { fetched: 0, fruitless: 0, pruned: 0, redialled: 0 }

  constructor(private readonly ports: StallPorts) {}

  /** How often each outcome came since the start. */
  counts(): Readonly<Record<Stall['outcome'], number>> {
    return this.#counts
  }

  /** To be called about once a second. Resolves when everything begun by it is over. */
  async look(): Promise<void> {
    this.#note()
    await Promise.all([...this.#peers].map(([peer, watch]) => this.#heal(peer, watch)))
  }

  /** Feeds that lag behind what some peer claims, for longer than is well. */
  stalled(): readonly FeedId[] {
    const now = this.ports.now()
    const late = [...this.#peers.values()].flatMap(({ claims }) =>
      [...claims].flatMap(([feed, { dueMs, failures }]) => (failures > 0 || now >= dueMs ? [feed] : [])),
    )
    return [...new Set(late)]
  }

  #note(): void {
    const lagging = new Map<FeedId, Set<FeedId>>()
    for (const feed of this.ports.feeds()) {
      const held = this.ports.held(feed)
      for (const [peer, sequence] of this.ports.claims(feed)) {
        if (sequence <= held) continue
        lagging.set(peer, (lagging.get(peer) ?? new Set()).add(feed))
        this.#noteClaim(peer, feed, held, sequence)
      }
    }
    for (const [peer, { claims }] of this.#peers) {
      for (const feed of claims.keys()) if (!lagging.get(peer)?.has(feed)) claims.delete(feed)
    }
  }

  /** A claim that was met counts no more, even if the peer has claimed more since: the feed moves. */
  #noteClaim(peer: FeedId, feed: FeedId, held: number, target: number): void {
    const { claims } = this.#watch(peer)
    const claim = claims.get(feed)
    if (claim && held < claim.target) return
    claims.set(feed, { target, dueMs: this.ports.now() + PATIENCE_MS, failures: 0 })
  }

  async #heal(peer: FeedId, watch: PeerWatch): Promise<void> {
    const now = this.ports.now()
    const due = [...watch.claims].filter(([, { dueMs }]) => now >= dueMs)
    if (watch.claims.size === 0) watch.heals = 0
    if (watch.busy || due.length === 0) return
    watch.busy = true
    const before = new Map(due.map(([feed]) => [feed, this.ports.held(feed)]))
    const gone = await this.ports.fetch(peer, [...before.keys()]).catch((): readonly FeedId[] => [])
    watch.busy = false
    const healed = due.filter(([feed]) => this.ports.held(feed) > (before.get(feed) ?? 0))
    const pruned = due.filter((entry) => !healed.includes(entry) && gone.includes(entry[0]))
    const failed = due.filter((entry) => !healed.includes(entry) && !pruned.includes(entry))
    if (healed.length > 0) this.#tell(peer, healed, 'fetched')
    if (pruned.length > 0) this.#tell(peer, pruned, 'pruned')
    if (failed.length > 0) this.#tell(peer, failed, 'fruitless')
    for (const [, claim] of healed)
      Object.assign(claim, { dueMs: this.ports.now() + PATIENCE_MS, failures: 0 })
    for (const [, claim] of failed) this.#putOff(claim)
    // Another peer may give it; this one never will, and its connection is sound.
    for (const [, claim] of pruned) this.#putOff(claim, LONGEST_WAIT_MS)
    if (healed.length + failed.length === 0) return
    watch.heals++
    const isBroken = watch.heals >= HEALS_BEFORE_REDIAL
    if (isBroken) this.#redial(peer, watch, due)
  }

  #putOff(claim: Claim, waitMs = PATIENCE_MS * 2 ** Math.min(claim.failures + 1, 10)): void {
    claim.failures++
    claim.dueMs = this.ports.now() + Math.min(LONGEST_WAIT_MS, waitMs)
  }

  #redial(peer: FeedId, watch: PeerWatch, due: readonly (readonly [FeedId, Claim])[]): void {
    const now = this.ports.now()
    if (now < watch.mayRedialAt) return
    watch.heals = 0
    watch.mayRedialAt = now + watch.redialMs
    watch.redialMs = Math.min(LONGEST_REDIAL_MS, 2 * watch.redialMs)
    this.#tell(peer, due, 'redialled')
    this.ports.redial(peer)
  }

  #tell(peer: FeedId, claims: readonly (readonly [FeedId, Claim])[], outcome: Stall['outcome']): void {
    this.#counts[outcome]++
    this.ports.onStall({ peer, feeds: claims.map(([feed]) => feed), outcome })
  }

  #watch(peer: FeedId): PeerWatch {
    const known = this.#peers.get(peer)
    if (known) return known
    const watch = { claims: new Map(), busy: false, heals: 0, redialMs: FIRST_REDIAL_MS, mayRedialAt: 0 }
    this.#peers.set(peer, watch)
    return watch
  }
}
