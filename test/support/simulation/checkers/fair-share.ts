import type { FeedMessage } from '../../../../src/feeds/index.js'

export interface Share {
  /** By lane: last sequence taken. */
  readonly cut: readonly number[]
  readonly transactions: number
  readonly bytes: number
  /** A lane's next message did not fit. */
  readonly full: boolean
}

export interface Shared {
  readonly height: number
  /** By lane: last sequence that the parent took, and last one that may be taken. */
  readonly from: readonly number[]
  readonly upTo: readonly number[]
  readonly caps: { readonly transactions: number; readonly bytes: number }
  readonly closed: ReadonlySet<number>
  readonly message: (lane: number, sequence: number) => FeedMessage | undefined
}

/**
 * `fairFill` of protocol section 3, written a second time and in another way: lanes stand in a queue that begins at
 * lane h mod n; whoever is served goes to its end, and whose next message does not fit leaves.
 */
export const fairShare = ({ height, from, upTo, caps, closed, message }: Shared): Share => {
  const lanes = [...from.keys()]
  const first = height % lanes.length
  const queue = [...lanes.slice(first), ...lanes.slice(0, first)].filter((lane) => !closed.has(lane))
  const cut = [...from]
  const share = { cut, transactions: 0, bytes: 0, full: false }
  for (let lane = queue.shift(); lane !== undefined; lane = queue.shift()) {
    const sequence = (cut[lane] ?? 0) + 1
    const next = sequence <= (upTo[lane] ?? 0) ? message(lane, sequence) : undefined
    if (!next) continue
    const transactions = share.transactions + countOf(next)
    const bytes = share.bytes + next.size
    if (transactions > caps.transactions || bytes > caps.bytes) {
      share.full = true
      continue
    }
    Object.assign(share, { transactions, bytes })
    cut[lane] = sequence
    queue.push(lane)
  }
  return share
}

/** At least one transaction, or a lane closed for a cap after something was taken (protocol section 3). */
export const makesBlock = ({ transactions, bytes, full }: Share): boolean =>
  transactions > 0 || (full && bytes > 0)

export const transactionsIn = ({ body }: FeedMessage): readonly Uint8Array[] =>
  body.type === 'transaction' ? body.transactions : []

const countOf = (message: FeedMessage): number => transactionsIn(message).length
