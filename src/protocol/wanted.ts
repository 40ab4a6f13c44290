import type { MessageKey } from '../feeds/index.js'
import type { Want } from './step.js'
import type { Turn } from './turn.js'

/** What is missing, by the key that names it, with the height it serves. */
export type Wanted = Map<MessageKey, { readonly want: Want; readonly height: number }>

const keyOf = (want: Want): MessageKey => (want.kind === 'message' ? want.key : want.tip)

export const ask = (wanted: Wanted, want: Want, height: number, turn: Turn): void => {
  if (wanted.has(keyOf(want))) return
  wanted.set(keyOf(want), { want, height })
  turn.effects.push({ kind: 'want', want })
}

/** Drops what serves only heights that are over. */
export const forgetBelow = (wanted: Wanted, height: number): void => {
  for (const [key, entry] of wanted) if (entry.height < height) wanted.delete(key)
}
