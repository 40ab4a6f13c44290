import type { FeedId } from '../feeds/index.js'
import { CodedError, isCoded } from '../util/index.js'
import type { Peering } from './peering.js'
import { recoverOwnFeeds } from './recover.js'
import { SignedTips } from './signed-tips.js'

/** What was signed last in each own feed. @throws CodedError `own-feed-forked`; as `SignedTips.open` does */
export const openSignedTips = async (file: string): Promise<SignedTips> => {
  const tips = await SignedTips.open(file)
  const { forked } = tips
  if (forked === null) return tips
  await tips.close()
  throw new CodedError(
    'own-feed-forked',
    `another branch of this node's feed ${forked} was seen: its keys must not sign`,
    { feed: forked },
  )
}

export interface OwnFeedPorts {
  readonly ownFeeds: readonly FeedId[]
  /** Whoever may hold the own feeds, and how many of them must have told how far. */
  readonly peers: readonly FeedId[]
  readonly needed: number
  readonly link: Omit<Peering, 'append'>
  readonly tips: SignedTips
  /** These keys must not sign any more. */
  readonly forbid: (code: string) => void
  readonly warn: (facts: Readonly<Record<string, unknown>>, sentence: string) => void
  readonly progress: (heard: number, needed: number) => void
  readonly isOver: () => boolean
}

/**
 * Asks peers how far they hold the own feeds, and fetches what the disk lacks. Another branch of one forbids the guard to
 * sign, and every later start refuses, whoever is reachable by then.
 * @throws CodedError `own-feed-forked`, as `recoverOwnFeeds` does
 */
export const recoverFromPeers = async (ports: OwnFeedPorts): Promise<void> => {
  try {
    await recover(ports)
  } catch (error) {
    if (isCoded(error, 'own-feed-forked')) {
      const { feed, sequence } = error.data as { feed: FeedId; sequence: number }
      ports.forbid('own-feed-forked')
      await ports.tips.fork(feed, sequence)
    }
    throw error
  }
}

const recover = async (ports: OwnFeedPorts): Promise<void> => {
  const { link, tips, warn } = ports
  const { substrate } = link
  const behind = new Set<FeedId>()
  const troubles = new Map<FeedId, string>()
  await recoverOwnFeeds({
    ownFeeds: ports.ownFeeds,
    messagenodes: ports.peers,
    needed: ports.needed,
    connected: () => substrate.peers(),
    tipsFrom: (peer, feeds) => link.tipsFrom(peer, feeds),
    ownTip: (feed) => ({ feed, sequence: 0, key: null, ...substrate.tip(feed) }),
    fetch: (peer, { feed }) => link.catchUpFrom(peer, [feed], 0),
    shownBy: async (peer, key) => (await link.ask(peer, { kind: 'message', key, from: [peer] }))[0],
    prunedUpTo: (feed) => substrate.pruned(feed)?.sequence ?? 0,
    keyAt: (feed, sequence) => link.keyAt(feed, sequence),
    wait: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
    isOver: ports.isOver,
    onTrouble: (peer, error) => {
      // The same trouble with the same peer comes again with every attempt; the operator reads of it once.
      const code = isCoded(error) ? error.code : 'unknown'
      if (troubles.get(peer) === code) return
      troubles.set(peer, code)
      warn({ peer, code }, 'own feeds could not be recovered from this peer yet')
    },
    progress: ports.progress,
    signed: new Map([...link.lost, ...tips.all()]),
    onBehind: (feed, sequence, signed) => {
      if (behind.has(feed)) return
      behind.add(feed)
      warn({ feed, sequence, signed }, 'own feed ends before what was signed; looking for the rest')
    },
  })
}
