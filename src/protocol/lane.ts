import { type FeedId, type FeedMessage, type LaneTip, type MessageKey, NO_MESSAGE } from '../feeds/index.js'

/**
 * A lane is a transaction feed as the chain sees it: messages held after the executed cut, named by key, so that
 * a block may follow either branch of a forked feed (protocol section 3).
 */
export interface Lane {
  readonly feed: FeedId
  readonly index: number
  /** Tip of the executed cut: nothing up to here is held any more. */
  base: LaneTip
  /** All that is held after `base`, whatever the branch. */
  readonly held: Map<MessageKey, LaneMessage>
  /** By sequence and the message linked to (see `placeOf`): the first held message that claims to stand there. */
  readonly followers: Map<string, MessageKey>
  /** Keys of the branch this node replicates, the first one directly after `base`. */
  branch: MessageKey[]
  /** Size of everything held, in the unit of the block's cap. */
  bytes: number
  /** Two branches are proved to exist: nothing new is taken from it. */
  forked: boolean
  /** The chain has closed it: it never advances again, and nothing of it is held any more. */
  closed: boolean
}

export interface LaneMessage {
  readonly key: MessageKey
  readonly sequence: number
  readonly previous: MessageKey | null
  readonly size: number
  /** Empty for a message that does not parse: it may be cut, and contributes nothing. */
  readonly transactions: readonly Uint8Array[]
}

export const emptyLane = (feed: FeedId, index: number, base: LaneTip): Lane => ({
  feed,
  index,
  base,
  held: new Map(),
  followers: new Map(),
  branch: [],
  bytes: 0,
  forked: false,
  closed: false,
})

/** Last sequence held without a gap: what an assembler reports as `have`. */
export const haveOf = (lane: Lane): number => lane.base.sequence + lane.branch.length

/** Transactions held and not executed yet, on whatever branch. */
export const transactionsHeld = (lane: Lane): number => {
  let count = 0
  for (const { transactions } of lane.held.values()) count += transactions.length
  return count
}

const tipOf = (lane: Lane): MessageKey => lane.branch.at(-1) ?? lane.base.tip

/** Keeps a message; returns whether it was new. Those up to the executed cut, and of a closed lane, are moot. */
export const hold = (lane: Lane, message: FeedMessage): boolean => {
  if (lane.closed || message.sequence <= lane.base.sequence || lane.held.has(message.key)) return false
  const { key, sequence, previous, size, body } = message
  const transactions = body.type === 'transaction' ? body.transactions : []
  lane.held.set(key, { key, sequence, previous, size, transactions })
  lane.bytes += size
  const place = placeOf(sequence, linkOf(message))
  if (!lane.followers.has(place)) lane.followers.set(place, key)
  extendBranch(lane)
  return true
}

/**
 * Where a message claims to stand. A fetched message may lie about its sequence: together with the link, that takes
 * the place of no other.
 */
const placeOf = (sequence: number, link: MessageKey): string => `${sequence} ${link}`

/** SSB links the first message of a feed to nothing, whereas an empty cut names the zero key. */
const linkOf = (message: Pick<LaneMessage, 'previous'>): MessageKey => message.previous ?? NO_MESSAGE

/** Appends what is held and links to the tip: a fetched message may have closed the gap to later ones. */
const extendBranch = (lane: Lane): void => {
  for (;;) {
    const next = lane.followers.get(placeOf(haveOf(lane) + 1, tipOf(lane)))
    if (next === undefined) return
    lane.branch.push(next)
  }
}

/** The message at a sequence on the branch this node replicates. */
export const onBranch = (lane: Lane, sequence: number): LaneMessage | undefined => {
  const key = lane.branch[sequence - lane.base.sequence - 1]
  return key === undefined ? undefined : lane.held.get(key)
}

/** The held message that follows this tip. */
export const nextAfter = (lane: Lane, { sequence, tip }: LaneTip): LaneMessage | undefined => {
  const next = lane.followers.get(placeOf(sequence + 1, tip))
  return next === undefined ? undefined : lane.held.get(next)
}

/** Whether the chain followed another branch of this lane than this node replicates. */
export const leaves = (lane: Lane, tip: LaneTip): boolean => {
  if (tip.sequence === lane.base.sequence) return false
  const mine = onBranch(lane, tip.sequence)
  return mine !== undefined && mine.key !== tip.tip
}

export type Stretch =
  | { readonly kind: 'held'; readonly messages: readonly LaneMessage[] }
  /** Something between is not here: the newest missing message, named by key. */
  | { readonly kind: 'missing'; readonly sequence: number; readonly key: MessageKey }
  /** The chain behind `to` does not pass through `from`. */
  | { readonly kind: 'detached' }

/** The messages after `from` up to `to`, ascending, following `previous` back from the tip that names them. */
export const stretch = (lane: Lane, from: LaneTip, to: LaneTip): Stretch => {
  const messages: LaneMessage[] = []
  let key = to.tip
  for (let sequence = to.sequence; sequence > from.sequence; sequence--) {
    const message = lane.held.get(key)
    if (!message) return { kind: 'missing', sequence, key }
    if (message.sequence !== sequence) return { kind: 'detached' }
    messages.push(message)
    key = linkOf(message)
  }
  return key === from.tip ? { kind: 'held', messages: messages.reverse() } : { kind: 'detached' }
}

/** Forgets everything up to a newly executed tip, and what forked off below it. */
export const advanceBase = (lane: Lane, to: LaneTip): void => {
  if (to.sequence === lane.base.sequence) return
  const index = to.sequence - lane.base.sequence - 1
  lane.branch = lane.branch[index] === to.tip ? lane.branch.slice(index + 1) : []
  lane.base = to
  for (const [key, message] of lane.held) {
    if (message.sequence > to.sequence) continue
    lane.held.delete(key)
    lane.followers.delete(placeOf(message.sequence, linkOf(message)))
    lane.bytes -= message.size
  }
  extendBranch(lane)
}

/** Nothing after its base will ever be asked for: lets go of what is held. */
export const closeLane = (lane: Lane): void => {
  lane.closed = true
  lane.held.clear()
  lane.followers.clear()
  lane.branch = []
  lane.bytes = 0
}
