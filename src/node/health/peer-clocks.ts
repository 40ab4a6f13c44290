import type { FeedId } from '../../feeds/index.js'
import type { Millis } from '../../protocol/index.js'

/** Older than this, what a member's clock said is forgotten. */
const KEPT_MS = 300_000
/** Fewer members than this prove nothing: any one of them may be wrong, or lie. */
const LEAST_MEMBERS = 3

/**
 * How far the own clock is from what others write into their feeds, as the median over members: no minority moves
 * it. A timestamp lies in the past by the time its message took, so only messages heard live may be noted, and
 * small differences mean nothing. A hint for the operator; nothing else depends on it.
 */
export class PeerClocks {
  readonly #offsets = new Map<FeedId, { readonly offsetMs: Millis; readonly atMs: Millis }>()

  /** @param nowMs, timestampMs Unix milliseconds. */
  note(member: FeedId, timestampMs: Millis, nowMs: Millis): void {
    this.#offsets.set(member, { offsetMs: timestampMs - nowMs, atMs: nowMs })
  }

  /** Positive: the others are ahead of the own clock. Null while too few were heard of late. */
  offsetMs(nowMs: Millis): Millis | null {
    const fresh = [...this.#offsets.values()].filter(({ atMs }) => nowMs - atMs < KEPT_MS)
    if (fresh.length < LEAST_MEMBERS) return null
    const sorted = fresh.map(({ offsetMs }) => offsetMs).sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)] ?? null
  }
}
