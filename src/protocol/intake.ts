import type { Body, FeedId, FeedMessage, Junk } from '../feeds/index.js'
import type { Lane } from './lane.js'
import type { Turn } from './turn.js'

/**
 * Which feeds are read on, and which wait: messages for heights beyond the window are left in the feed and read
 * again when the window reaches them (protocol section 5), and so are lanes that run far ahead of the blocks.
 * Every feed's heights rise, but for a few inside the window, so pausing whole feeds loses nothing that is due.
 */
export interface Intake {
  readonly paused: Map<FeedId, { readonly from: number; readonly height: number | null }>
}

export const emptyIntake = (): Intake => ({ paused: new Map() })

/** The height that a message speaks of; null where none. */
export const heightOf = (body: Body | Junk): number | null => ('height' in body ? body.height : null)

/** Whether to process this message now; if not, its feed is paused at it. */
export const takesIn = (
  intake: Intake,
  message: FeedMessage,
  horizon: number,
  lane: Lane | undefined,
  laneLimit: number,
  turn: Turn,
): boolean => {
  if (intake.paused.has(message.author)) return false
  const height = heightOf(message.body)
  const tooFar = height !== null && height > horizon
  const laneFull = lane !== undefined && lane.bytes > laneLimit
  if (!tooFar && !laneFull) return true
  intake.paused.set(message.author, { from: message.sequence, height })
  turn.effects.push({ kind: 'pause', feed: message.author })
  return false
}

/** Asks again for the feeds whose next message the window, or the room in their lane, has reached. */
export const release = (
  intake: Intake,
  horizon: number,
  laneOf: ReadonlyMap<FeedId, Lane>,
  laneLimit: number,
  turn: Turn,
): void => {
  for (const [feed, { from, height }] of intake.paused) {
    const lane = laneOf.get(feed)
    if ((height ?? 0) > horizon || (lane && lane.bytes > laneLimit)) continue
    intake.paused.delete(feed)
    turn.effects.push({ kind: 'reread', feed, from })
  }
}
