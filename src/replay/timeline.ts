import type { Millis } from '../protocol/index.js'
import type { Done, LifeEvent, Said } from './life.js'

/**
 * Puts events in order: what the first viewpoint received, in its own order, whatever its clock did; all else by the
 * time at which another one did, before what came later here. What a core did follows the message that let it.
 */
export const timelineOf = (said: readonly Said[], done: readonly Done[]): readonly LifeEvent[] => {
  const first = said.filter((event) => orderOf(event) !== null)
  const own = [...first].sort((a, b) => (orderOf(a) ?? 0) - (orderOf(b) ?? 0))
  const rest = said.filter((event) => orderOf(event) === null && event.at !== null)
  const unseen = said.filter(({ at }) => at === null)
  const ordered: LifeEvent[] = [...own]
  for (const event of [...rest].sort((a, b) => (a.at ?? 0) - (b.at ?? 0)))
    insert(ordered, event, event.at ?? 0)
  for (const event of [...done].sort((a, b) => a.at - b.at)) insertDone(ordered, event)
  return [...ordered, ...unseen]
}

/** How many messages the first viewpoint had received with this one. */
const orderOf = ({ seen }: Said): number | null =>
  seen.find(({ viewpoint }) => viewpoint === 0)?.order ?? null

const insert = (ordered: LifeEvent[], event: LifeEvent, at: Millis): void => {
  const later = ordered.findIndex((other) => (other.at ?? Infinity) > at)
  ordered.splice(later < 0 ? ordered.length : later, 0, event)
}

/** Directly behind its cause, and behind what else that has led to; by time where the cause is not of this height. */
const insertDone = (ordered: LifeEvent[], event: Done): void => {
  const cause = ordered.findLastIndex((other) =>
    other.event === 'said' ? other.key === event.cause : other.cause === event.cause,
  )
  // The order in which the first viewpoint received things is that of no other.
  if (cause < 0 || event.viewpoint !== 0) insert(ordered, event, event.at)
  else ordered.splice(cause + 1, 0, event)
}
