import type { LoadBlock, LoadRecord } from '../load/load.js'
import { Latencies, summarize, type LatencySummary } from '../load/latencies.js'

/** What the demo client told so far: sealed blocks, transactions, latencies, signers. */

/** Measurements that the live view looks back on. */
const LIVE_WINDOW = 500
/** Time over which the live rate is taken. */
const RATE_WINDOW_MS = 5000

/**
 * Feed messages from a transaction to the certificate, each caused by the one before (protocol section 7), and the
 * hop of a committed certificate to the validator that tells of it. A failed round adds a skip and its certificate.
 */
const HOPS = { committed: 6, sealed: 7 } as const
const HOPS_PER_FAILED_ROUND = 2

type Stage = LoadBlock['stage']

export class Progress {
  readonly #live = { committed: new Latencies(LIVE_WINDOW), sealed: new Latencies(LIVE_WINDOW) }
  readonly #latenciesMs: Record<Stage, number[]> = { committed: [], sealed: [] }
  readonly #hops: Record<Stage, number[]> = { committed: [], sealed: [] }
  readonly #signers: Record<Stage, number[]> = { committed: [], sealed: [] }
  readonly #recent: { readonly atMs: number; readonly own: number }[] = []
  #submitted = 0
  #refused = 0
  #sealed = 0
  #failed = 0
  readonly #sealedHeights: number[] = []
  #lastSealed: LoadBlock | null = null
  #lastSealAtMs: number

  constructor(private readonly now: () => number) {
    this.#lastSealAtMs = now()
  }

  take(record: LoadRecord): void {
    if (record.event === 'progress') {
      this.#submitted = record.submitted
      this.#refused = record.refused
      return
    }
    const { stage, latenciesMs, signers, own, round, height } = record
    this.#live[stage].add(...latenciesMs)
    for (const each of latenciesMs) this.#latenciesMs[stage].push(each)
    this.#hops[stage].push(...latenciesMs.map(() => HOPS[stage] + round * HOPS_PER_FAILED_ROUND))
    this.#signers[stage].push(signers)
    if (stage !== 'sealed') return
    this.#lastSealed = record
    this.#lastSealAtMs = this.now()
    if (own === 0) return
    this.#sealedHeights.push(height)
    this.#sealed += own
    this.#failed += record.failed
    this.#recent.push({ atMs: this.now(), own })
  }

  /** Sealed blocks that carry transactions of the demo client, ascending. */
  get sealedHeights(): readonly number[] {
    return this.#sealedHeights
  }

  get lastSealed(): LoadBlock | null {
    return this.#lastSealed
  }

  get sinceSealMs(): number {
    return this.now() - this.#lastSealAtMs
  }

  get transactions() {
    const [submitted, refused, sealed, failed] = [this.#submitted, this.#refused, this.#sealed, this.#failed]
    return { submitted: Math.max(submitted, sealed), refused, sealed, failed }
  }

  /** Sealed transactions a second, lately. */
  get rate(): number {
    const since = this.now() - RATE_WINDOW_MS
    while (this.#recent[0] && this.#recent[0].atMs < since) this.#recent.shift()
    return this.#recent.reduce((sum, { own }) => sum + own, 0) / (RATE_WINDOW_MS / 1000)
  }

  live(stage: Stage): LatencySummary | null {
    return this.#live[stage].summary
  }

  /** Over the whole run. */
  latency(stage: Stage): (LatencySummary & { readonly p50Hops: number }) | null {
    const summary = summarize(this.#latenciesMs[stage])
    const hops = summarize(this.#hops[stage])
    return summary && hops && { ...summary, p50Hops: hops.p50Ms }
  }

  signers(stage: Stage): { readonly least: number; readonly most: number } | null {
    const all = this.#signers[stage]
    return all.length === 0 ? null : { least: Math.min(...all), most: Math.max(...all) }
  }
}
