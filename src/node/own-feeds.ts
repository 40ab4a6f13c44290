import type { Logger } from 'pino'

import type { FeedId } from '../feeds/index.js'
import { feedsOf } from '../roles/index.js'
import { CodedError, isCoded } from '../util/index.js'
import type { NodeConfig } from './config.js'
import type { Link } from './link.js'
import { answersNeeded, recoverOwnFeeds } from './recover.js'
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
  readonly config: NodeConfig
  readonly logger: Logger
  readonly link: Link
  readonly tips: SignedTips
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
      ports.link.guard.forbid('own-feed-forked')
      await ports.tips.fork(feed, sequence)
    }
    throw error
  }
}

const recover = async ({ config, logger, link, tips, isOver }: OwnFeedPorts): Promise<void> => {
  const { network, main, member } = config
  const { substrate } = link
  const messagenodes = network.genesis.messagenodes.map(({ id }) => id).filter((id) => id !== main.id)
  const behind = new Set<FeedId>()
  const troubles = new Map<FeedId, string>()
  await recoverOwnFeeds({
    ownFeeds: feedsOf(member).map(([, feed]) => feed),
    messagenodes,
    needed: answersNeeded(network.parameters.faultyMessagenodes, messagenodes.length),
    connected: () => substrate.peers(),
    tipsFrom: (peer, feeds) => link.tipsFrom(peer, feeds),
    ownTip: (feed) => ({ feed, sequence: 0, key: null, ...substrate.tip(feed) }),
    fetch: (peer, { feed }) => link.catchUpFrom(peer, [feed], 0),
    shownBy: async (peer, key) => (await link.ask(peer, { kind: 'message', key, from: [peer] }))[0],
    prunedUpTo: (feed) => substrate.pruned(feed)?.sequence ?? 0,
    keyAt: (feed, sequence) => link.keyAt(feed, sequence),
    wait: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
    isOver,
    onTrouble: (peer, error) => {
      // The same trouble with the same peer comes again with every attempt; the operator reads of it once.
      const code = isCoded(error) ? error.code : 'unknown'
      if (troubles.get(peer) === code) return
      troubles.set(peer, code)
      logger.warn({ peer, code }, 'own feeds could not be recovered from this peer yet')
    },
    progress: (heard, needed) => logger.debug({ heard, needed }, 'asking for own tips'),
    signed: new Map([...link.lost, ...tips.all()]),
    onBehind: (feed, sequence, signed) => {
      if (behind.has(feed)) return
      behind.add(feed)
      logger.warn({ feed, sequence, signed }, 'own feed ends before what was signed; looking for the rest')
    },
  })
}
