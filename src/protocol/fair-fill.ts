import type { LaneMessage } from './lane.js'

/** Caps of one block (chain parameter `capacity`). */
export interface Caps {
  readonly transactions: number
  readonly bytes: number
}

export interface FillInput {
  readonly height: number
  /** By lane index: last sequence the parent took, and last one the assembler held. */
  readonly parent: readonly number[]
  readonly have: readonly number[]
  readonly caps: Caps
  /** Lanes nothing may be taken from: a fork is proved, or they have ended. */
  readonly closed: ReadonlySet<number>
  /** The message of a lane at a sequence, undefined if it is not here. */
  readonly message: (lane: number, sequence: number) => LaneMessage | undefined
}

export type Fill =
  | {
      readonly kind: 'filled'
      /** By lane index: last sequence taken. */
      readonly cut: readonly number[]
      readonly txCount: number
      readonly bytes: number
      /** Some lane was closed because its next message did not fit. */
      readonly full: boolean
    }
  | { readonly kind: 'missing'; readonly lane: number; readonly sequence: number }

/**
 * `fairFill` of protocol section 3: beginning at lane h mod n, each turn takes that lane's next whole message if
 * it fits both caps, else closes the lane for this block; it ends when all lanes are closed or at `have`.
 */
export const fairFill = (input: FillInput): Fill => {
  const { height, parent, have, caps, message } = input
  const lanes = parent.length
  const cut = [...parent]
  const open = new Set(cut.keys())
  for (const lane of input.closed) open.delete(lane)
  let txCount = 0
  let bytes = 0
  let full = false
  for (let turn = height % lanes; open.size > 0; turn = (turn + 1) % lanes) {
    if (!open.has(turn)) continue
    const sequence = at(cut, turn) + 1
    if (sequence > at(have, turn)) {
      open.delete(turn)
      continue
    }
    const next = message(turn, sequence)
    if (!next) return { kind: 'missing', lane: turn, sequence }
    if (txCount + next.transactions.length > caps.transactions || bytes + next.size > caps.bytes) {
      full = true
      open.delete(turn)
      continue
    }
    cut[turn] = sequence
    txCount += next.transactions.length
    bytes += next.size
  }
  return { kind: 'filled', cut, txCount, bytes, full }
}

/**
 * Whether a fill makes a block: at least one transaction, or a lane closed for a cap after taking a message.
 * Without the second half, junk in front of the first transaction would stop the chain for ever.
 */
export const isProposable = (fill: Fill): boolean =>
  fill.kind === 'filled' && (fill.txCount > 0 || (fill.full && fill.bytes > 0))

const at = (numbers: readonly number[], index: number): number => numbers[index] ?? 0
