import type { FeedId, FeedMessage } from '../feeds/index.js'
import type { Chain } from './chain.js'
import { heightOf } from './intake.js'
import type { Core, Event } from './step.js'
import type { Turn } from './turn.js'
import type { View } from './view.js'

/** Heights that may be open above the lowest unsealed one: until SC(h) is held, h+9 has no work (rule 6). */
export const OPEN_HEIGHTS = 9

/** A state machine that takes in an event and then runs its rules until none applies. */
export const coreOf = <A, State extends View<A>>(
  initial: State,
  take: (state: State, event: Event, turn: Turn) => void,
  progress: (state: State, turn: Turn) => void,
): Core<State> => ({
  initial,
  step: (state, event) => {
    const turn: Turn = { at: event.at, effects: [] }
    take(state, event, turn)
    progress(state, turn)
    return { state, effects: turn.effects }
  },
  wants: (state) => [...state.wanted.values()].map(({ want }) => want),
})

/** Whether a height may be worked on at all: nine below it is sealed, or lies before where this node began. */
export const isOpen = <A>({ books, chain }: View<A>, height: number): boolean =>
  height - OPEN_HEIGHTS <= chain.origin || books.get(height - OPEN_HEIGHTS)?.sealed !== undefined

/** A lane is read ahead by a few full blocks; a cut never reaches farther than one. */
export const laneLimitOf = <A>({ chain }: Pick<View<A>, 'chain'>): number =>
  4 * chain.context.network.parameters.capacity.bytes

export const markForked = <A>({ laneOf }: Chain<A>, feed: FeedId): void => {
  const lane = laneOf.get(feed)
  if (lane) lane.forked = true
}

/** Messages given by key that speak of no height beyond the horizon. */
export const withinHorizon = (messages: readonly FeedMessage[], horizon: number): FeedMessage[] =>
  messages.filter(({ body }) => (heightOf(body) ?? 0) <= horizon)
