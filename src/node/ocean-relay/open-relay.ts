import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { unchanging } from '../../../plugins/circle/index.js'
import { FeedRelay } from '../../ocean-relay/index.js'
import type { EmbeddedNode, RunningRelay } from '../../ocean/node/index.js'
import { CodedError, fromBase64, isCoded } from '../../util/index.js'
import { openSignedTips, recoverFromPeers } from '../own-feeds.js'
import { openPeering, type Peering } from '../peering.js'
import type { HostPort } from '../port.js'
import type { SignedTips } from '../signed-tips.js'
import type { RelayPlace } from './load-relay.js'
import { relayCircle } from './relay-circle.js'
import { type RelayEvent, teller, type Telling } from './telling.js'

export interface OceanRelayOptions {
  /** The node's own; the relay keeps its feeds in `relay` below it. */
  readonly directory: string
  readonly place: RelayPlace
  /** In place of the member's address in the file. */
  readonly listen?: HostPort | undefined
  readonly onEvent: (event: RelayEvent) => void
}

/** Further behind, whole ranges are fetched; replication carries the rest. */
const CATCH_UP_LAG = 200
const READ_AT_ONCE = 64
const RETRY_MS = 10_000
/**
 * Ties a node to the other members: takes its place in their feeds, and publishes once a majority of the set, itself
 * counted, has told where its own feed ends.
 *
 * @throws CodedError `own-feed-forked`, `relay-directory-unusable`, and as `createSsb`
 */
export const openOceanRelay = async (
  node: EmbeddedNode,
  options: OceanRelayOptions,
): Promise<RunningRelay> => {
  const path = await relayDirectory(options.directory)
  const tips = await openSignedTips(join(path, 'signed-tips'))
  const telling = teller(options.onEvent)
  let fail = (_error: unknown): void => undefined
  const failed = new Promise<never>((_resolve, reject) => (fail = reject))
  failed.catch(() => undefined)
  const peering = await openMembersPeering({ path, options, tips, telling, fail }).catch(
    async (error: unknown) => {
      await tips.close()
      throw error
    },
  )
  const relay = relayOver(node, peering, options.place, telling)
  const { substrate } = peering
  node.attach(relay)
  substrate.onMessage(({ author }) => relay.arrived(author))
  const retrying = setInterval(() => relay.retry(), RETRY_MS)
  let isClosing = false
  const publishing = publishWhenWhole({
    relay,
    peering,
    place: options.place,
    tips,
    telling,
    isOver: () => isClosing,
  })
  await peering.dial()
  telling.tell('relay-open', { ...substrate.address, members: options.place.file.members.length })
  return {
    failed,
    async close() {
      isClosing = true
      clearInterval(retrying)
      await publishing
      await relay.close()
      await substrate.close()
      await tips.close()
    },
  }
}

const relayDirectory = async (directory: string): Promise<string> => {
  const path = join(directory, 'relay')
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
    return path
  } catch (cause) {
    throw new CodedError('relay-directory-unusable', `${path} cannot be written`, { path }, { cause })
  }
}

interface PeeringParts {
  readonly path: string
  readonly options: OceanRelayOptions
  readonly tips: SignedTips
  readonly telling: Telling
  readonly fail: (error: unknown) => void
}

const openMembersPeering = async ({ path, options, tips, telling, fail }: PeeringParts): Promise<Peering> => {
  const { file, member, identity } = options.place
  const others = file.members.map(({ id }) => id).filter((id) => id !== identity.id)
  const peering: Peering = await openPeering({
    path: join(path, 'ssb'),
    main: identity,
    circles: unchanging(relayCircle(file, identity.id)),
    networkKey: fromBase64(file.networkKey, 32),
    listen: options.listen ?? { host: member.host, port: member.port },
    onSigned: (messages) => tips.signed(messages),
    onWrite: (error) => {
      if (error) telling.trouble(error)
    },
    onFailed: fail,
    // Before the promise resolves nobody is let in.
    onConnected: (peer) => {
      peering.catchUpFrom(peer, others, CATCH_UP_LAG).catch((error: unknown) => {
        telling.tell('relay-catch-up-stopped', {
          member: peer,
          code: isCoded(error) ? error.code : 'unknown',
        })
      })
    },
    onEvent({ name, facts, isWarning }) {
      // What a mesh brings twice is refused all the time.
      const isFault = name === 'refused-message' && facts['verdict'] === 'reject'
      if (isWarning || isFault || name === 'refused-connection') telling.tell(name, facts)
    },
  })
  return peering
}

const relayOver = (
  node: EmbeddedNode,
  { substrate, append }: Peering,
  { file, identity }: RelayPlace,
  telling: Telling,
): FeedRelay => {
  const addresses = new Map<string, string>(file.members.map(({ id, host, port }) => [id, `${host}:${port}`]))
  return new FeedRelay(
    node,
    {
      members: file.members.map(({ id }) => id),
      async read(feed, fromSequence) {
        const messages = await substrate.readFeed(feed, fromSequence, READ_AT_ONCE)
        return messages.map(({ content }) => content)
      },
      append: (content) => append(identity, content),
      peers: () => substrate.peers().map((id) => ({ id, address: addresses.get(id) ?? '' })),
    },
    {
      onVerdict: (member, { verdict, code, facts }) =>
        telling.tell(`relay-${verdict}`, { member, code, ...facts }),
      onTrouble: (error) => telling.trouble(error),
    },
  )
}

interface Publishing {
  readonly relay: FeedRelay
  readonly peering: Peering
  readonly place: RelayPlace
  readonly tips: SignedTips
  readonly telling: Telling
  readonly isOver: () => boolean
}

/** An own feed that ends earlier here than at another member would fork: nothing is signed before that is ruled out. */
const publishWhenWhole = async ({
  relay,
  peering,
  place,
  tips,
  telling,
  isOver,
}: Publishing): Promise<void> => {
  const { file, identity } = place
  try {
    await relay.read()
    await recoverFromPeers({
      ownFeeds: [identity.id],
      peers: file.members.map(({ id }) => id).filter((id) => id !== identity.id),
      needed: Math.floor(file.members.length / 2),
      link: peering,
      tips,
      forbid: () => undefined,
      warn: (facts, sentence) => telling.tell(sentence, facts),
      progress: () => undefined,
      isOver,
    })
    if (isOver()) return
    await relay.read()
    relay.publish()
  } catch (error) {
    telling.trouble(error)
  }
}
