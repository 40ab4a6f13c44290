import type { FeedMessage } from '../feeds/index.js'
import type { Refusal } from '../util/index.js'
import type { Effect, Millis } from './step.js'

/** One call of `step`: the time it happens at, and the effects gathered so far, in order. */
export interface Turn {
  readonly at: Millis
  readonly effects: Effect[]
}

/** A refused message always leaves a verdict (house style, and the auditor recomputes it). */
export const refuse = (turn: Turn, message: FeedMessage, refusal: Refusal): void => {
  turn.effects.push({ kind: 'verdict', message: message.key, author: message.author, refusal })
}
