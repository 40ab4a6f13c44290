import type { FeedId, FeedMessage, MessageKey } from '../feeds/index.js'
import type { Millis } from '../protocol/index.js'
import { CodedError } from '../util/index.js'

/** Where a feed ends; sequence 0 and no key while it is empty. */
export interface FeedTip {
  readonly feed: FeedId
  readonly sequence: number
  readonly key: MessageKey | null
}

export interface RecoveryPorts {
  readonly ownFeeds: readonly FeedId[]
  /** Messagenodes other than this node, and how many of them must have told their tips. */
  readonly messagenodes: readonly FeedId[]
  readonly needed: number
  readonly connected: () => readonly FeedId[]
  readonly tipsFrom: (peer: FeedId, feeds: readonly FeedId[]) => Promise<readonly FeedTip[]>
  readonly ownTip: (feed: FeedId) => FeedTip
  /** Fetches, verifies and adds what the peer holds of an own feed beyond what is here. */
  readonly fetch: (peer: FeedId, tip: FeedTip) => Promise<void>
  /** The message of this key that the peer has to show, its signature verified. */
  readonly shownBy: (peer: FeedId, key: MessageKey) => Promise<FeedMessage | undefined>
  /** Last sequence of an own feed that is not held any more: decided and sealed long ago, and known to have been whole. */
  readonly prunedUpTo: (feed: FeedId) => number
  /** The key held at a sequence of an own feed. */
  readonly keyAt: (feed: FeedId, sequence: number) => Promise<MessageKey | undefined>
  /** What this node is known to have signed: own feeds reach at least this far before it signs again. */
  readonly signed: ReadonlyMap<FeedId, { readonly sequence: number; readonly key: MessageKey }>
  /** Everyone needed has answered, and an own feed still ends before what was signed. */
  readonly onBehind: (feed: FeedId, sequence: number, signed: number) => void
  readonly wait: (delayMs: Millis) => Promise<void>
  /** The node is being closed: give up. */
  readonly isOver: () => boolean
  /** A peer could not be heard in full, and will be asked again. */
  readonly onTrouble: (peer: FeedId, error: unknown) => void
  readonly progress: (heard: number, needed: number) => void
}

const RETRY_MS = 100

/** f_m + 1 of them, so that one is correct; all others where there are fewer. */
export const answersNeeded = (faultyMessagenodes: number, others: number): number =>
  Math.min(faultyMessagenodes + 1, others)

/**
 * Learns where the own feeds end from f_m + 1 Messagenodes other than this one (all others, if fewer), and fetches
 * what the disk lacks. Nothing may be signed before: a feed that ends earlier here than at a peer would fork
 * (protocol section 5).
 *
 * @throws CodedError `own-feed-forked` when a peer holds another branch of a feed of this node: it must never sign
 *   again with these keys.
 */
export const recoverOwnFeeds = async (ports: RecoveryPorts): Promise<void> => {
  const heard = new Set<FeedId>()
  while (!ports.isOver()) {
    for (const peer of ports.messagenodes) {
      if (heard.has(peer) || !ports.connected().includes(peer)) continue
      if (await hear(ports, peer)) heard.add(peer)
    }
    ports.progress(heard.size, ports.needed)
    if (heard.size >= ports.needed) {
      if (await reachesSigned(ports)) return
      // Someone may have it by the time that it is asked again.
      heard.clear()
    }
    await ports.wait(RETRY_MS)
  }
}

/** The disk may be older than what it signed, and the peers asked so far may not have seen it. */
const reachesSigned = async (ports: RecoveryPorts): Promise<boolean> => {
  let reaches = true
  for (const [feed, { sequence, key }] of ports.signed) {
    if (!ports.ownFeeds.includes(feed)) continue
    const own = ports.ownTip(feed).sequence
    if (own < sequence) {
      ports.onBehind(feed, own, sequence)
      reaches = false
    } else if (((await ports.keyAt(feed, sequence)) ?? key) !== key) throw forked(feed, sequence, 'this node')
  }
  return reaches
}

const forked = (feed: FeedId, sequence: number, peer: string): CodedError =>
  new CodedError('own-feed-forked', `${peer} holds another branch of this node's feed ${feed}`, {
    feed,
    sequence,
    peer,
  })

/** Whether this peer told, and gave, all that it holds; a peer that goes away is asked again later. */
const hear = async (ports: RecoveryPorts, peer: FeedId): Promise<boolean> => {
  try {
    for (const tip of await ports.tipsFrom(peer, ports.ownFeeds)) await compare(ports, peer, tip)
    return true
  } catch (error) {
    if (error instanceof CodedError && error.code === 'own-feed-forked') throw error
    ports.onTrouble(peer, error)
    return false
  }
}

const compare = async (ports: RecoveryPorts, peer: FeedId, tip: FeedTip): Promise<void> => {
  const own = ports.ownTip(tip.feed)
  if (tip.sequence > own.sequence) {
    await ports.fetch(peer, tip)
    // A peer may stop half-way: what it claims and has not given is still missing, and must not be signed over.
    if (ports.ownTip(tip.feed).sequence >= tip.sequence) return
    throw new CodedError('own-feed-incomplete', 'the peer did not give all that it says it holds', {
      feed: tip.feed,
    })
  }
  if (tip.sequence < ports.prunedUpTo(tip.feed)) return
  if (tip.key === null || tip.key === (await ports.keyAt(tip.feed, tip.sequence))) return
  // A claim proves nothing, nor does any message but another one of this feed at this place, which our key signed.
  const shown = await ports.shownBy(peer, tip.key)
  if (shown?.key !== tip.key || shown.author !== tip.feed || shown.sequence !== tip.sequence) return
  throw forked(tip.feed, tip.sequence, peer)
}
