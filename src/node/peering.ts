import type { Circle, Circles } from '../../plugins/circle/index.js'
import { type Dialler, dialler } from '../../plugins/dialler/index.js'
import {
  type CaughtUp,
  catchUp,
  createExchangeClient,
  exchange,
  type ExchangePeer,
  FeedTurns,
  type StoredMessage,
} from '../../plugins/exchange/index.js'
import { feedRequests, type FeedRequests } from '../../plugins/feed-requests/index.js'
import { type Flood, floodGuard, isFlooding } from '../../plugins/flood-guard.js'
import { heartbeat } from '../../plugins/heartbeat.js'
import { registryAdmission } from '../../plugins/registry-admission/index.js'
import {
  type ClassicMessage,
  type FeedId,
  type FeedMessage,
  type MessageKey,
  messageKeyOfValue,
  parseMessage,
} from '../feeds/index.js'
import type { Want } from '../protocol/index.js'
import type { NodeIdentity } from '../roles/index.js'
import { CodedError } from '../util/index.js'
import type { HostPort } from './port.js'
import type { FeedTip } from './recover.js'
import type { PruneOrder } from './pruning/index.js'
import { createSsb, type DiskNotice, type Ssb } from './ssb.js'
import { StallWatch } from './stall-watch.js'
import { appendTo, createSubstrate, type Substrate } from './substrate.js'
import { verify } from './verify.js'

export interface PeeringOptions {
  readonly path: string
  readonly main: NodeIdentity
  /** Whom this node belongs together with. */
  readonly circles: Circles
  readonly networkKey: Uint8Array
  /** Own messages that are on disk, before anyone may see them. */
  readonly onSigned?: (messages: readonly ClassicMessage[]) => Promise<void>
  readonly listen: HostPort
  /** What of the log is to go before it is opened. */
  readonly prune?: PruneOrder
  /** A peer shows these keys; not called for kinds of member that take no offers. */
  readonly onOffer?: (peer: FeedId, keys: readonly MessageKey[]) => void
  /** An own message reached the disk, or what kept it from it. */
  readonly onWrite: (error: unknown) => void
  /** The node cannot go on. */
  readonly onFailed: (error: CodedError) => void
  readonly onConnected: (peer: FeedId) => void
  /** A member writes faster than any honest one: evident from its own timestamps. */
  readonly onFlooding?: (flood: Flood) => void
  /** A peer gave these messages by key: signed, but perhaps of another branch than is held. */
  readonly onFetched?: (peer: FeedId, messages: readonly FeedMessage[]) => void
  readonly onEvent: (event: LinkEvent) => void
}

/** For the log: a constant name and facts. */
export interface LinkEvent {
  readonly name:
    | 'refused-connection'
    | 'link-state'
    | 'dial-warning'
    | 'foreign-message'
    | 'exchange-failure'
    | 'refused-message'
    | 'wire-fault'
    | DiskNotice['name']
    | 'silent-peer'
    | 'feed-paused'
    | 'stall'
  readonly facts: Readonly<Record<string, unknown>>
  /** The operator should read of it. */
  readonly isWarning?: boolean
}

/** This node's ties to its peers: replicated feeds, and the exchange of messages by key beside them. */
export interface Peering {
  readonly substrate: Substrate
  /** The newest own and other messages that were whole on disk, and had to go with one before them. */
  readonly lost: Ssb['lost']
  /** Signs and publishes; for the one who decides what this node says, and nobody else. */
  readonly append: ReturnType<typeof appendTo>
  /** Begins to dial. */
  dial(): Promise<void>
  links(): ReturnType<Dialler['links']>
  /** Asks one peer for something wanted; gives what it had, verified. */
  ask(peer: FeedId, want: Want): Promise<readonly FeedMessage[]>
  offer(peer: FeedId, keys: readonly MessageKey[]): Promise<void>
  tipsFrom(peer: FeedId, feeds: readonly FeedId[]): Promise<readonly FeedTip[]>
  /** The key held at a sequence of a feed, on the branch that is replicated. */
  keyAt(feed: FeedId, sequence: number): Promise<MessageKey | undefined>
  /** Fetches, verifies and adds what the peer holds beyond us of these feeds, where that is more than `lag`. */
  catchUpFrom(peer: FeedId, feeds: readonly FeedId[], lag: number): Promise<void>
  /** Feeds that connected peers hold more of and that did not come; watched from `dial` on. */
  readonly stalls: Pick<StallWatch, 'stalled' | 'counts'>
}

const STALL_LOOK_MS = 1_000

/** Opens database and socket. @throws CodedError as `createSsb` */
export const openPeering = async (options: PeeringOptions): Promise<Peering> => {
  const { circles, onEvent } = options
  let opened: Substrate | undefined
  const store = (): Substrate => {
    if (opened === undefined) throw new CodedError('not-ready', 'the log is not open yet')
    return opened
  }
  const ssb = await createSsb({
    path: options.path,
    keys: options.main,
    networkKey: options.networkKey,
    host: options.listen.host,
    port: options.listen.port,
    accepts: (author) => circles.current().admits(author),
    ...(options.onSigned && { writeAheadLog: { onSigned: options.onSigned } }),
    ...(options.prune && { prune: options.prune }),
    onNotice: (notice) => onEvent({ ...notice, isWarning: notice.name !== 'log-pruned' }),
    onWireFault: ({ code }) => onEvent({ name: 'wire-fault', facts: { code } }),
    plugins: [
      registryAdmission({
        circles,
        onRefused: (facts) => onEvent({ name: 'refused-connection', facts: { ...facts } }),
      }),
      feedRequests({
        circles,
        onForeignMessage: (author) => onEvent({ name: 'foreign-message', facts: { author } }),
      }),
      floodGuard({
        onPause: (flood) => {
          onEvent({ name: 'feed-paused', facts: { ...flood }, isWarning: true })
          if (isFlooding(flood)) options.onFlooding?.(flood)
        },
      }),
      heartbeat({
        onSilent: (peer) => onEvent({ name: 'silent-peer', facts: { peer: peer.id } }),
      }),
      exchange({
        store,
        ...(options.onOffer && { onOffer: options.onOffer }),
        onFailure: (method, error) =>
          onEvent({ name: 'exchange-failure', facts: { method, error: String(error) } }),
      }),
      dialler({
        circles,
        onState: (facts) => onEvent({ name: 'link-state', facts: { ...facts } }),
        onWarning: (facts) => onEvent({ name: 'dial-warning', facts: { ...facts } }),
      }),
    ],
  })
  const substrate = (opened = createSubstrate(ssb))
  watchWrites(ssb, options)
  ssb.on('rpc:connect', (rpc) => {
    if (rpc.id !== ssb.id) options.onConnected(rpc.id)
  })
  ssb.immediateAdd.onRefusal((refusal) => onEvent({ name: 'refused-message', facts: { ...refusal } }))
  const { dialler: dialling, feedRequests: requests } = ssb as typeof ssb & {
    readonly dialler: Dialler
    readonly feedRequests: FeedRequests
  }
  const client = createExchangeClient({ admits: (author) => circles.current().admits(author), verify })

  const peerOf = (id: FeedId): ExchangePeer => {
    const [rpc] = ssb.peers[id] ?? []
    if (!rpc) throw new CodedError('peer-gone', 'no link to this peer is up', { peer: id })
    return rpc as typeof rpc & ExchangePeer
  }

  /** Adds what continues a feed to the log, and keeps the rest by key, so that either can be made durable. */
  const keep = (messages: readonly StoredMessage[]): void => {
    for (const { key, value } of messages) {
      const next = (substrate.tip(value.author)?.sequence ?? 0) + 1
      if (value.sequence === next) ssb.immediateAdd.add(value)
      if (substrate.tip(value.author)?.key !== key) substrate.keepLoose(key, value)
    }
  }

  const fetchWant = async (peer: FeedId, want: Want): Promise<readonly StoredMessage[]> => {
    if (want.kind === 'message') return (await client.getFrom(peerOf(peer), [want.key])).messages
    const { lane, after, sequence, tip } = want
    const range = { feed: lane, from: after + 1, previous: undefined, tip: { sequence, key: tip } }
    return (await client.rangeFrom(peerOf(peer), range)).messages
  }

  const turns = new FeedTurns()
  const fetchAll = (peer: FeedId, feeds: readonly FeedId[], lag: number): Promise<readonly CaughtUp[]> =>
    catchUp({
      client,
      peer: peerOf(peer),
      feeds,
      lag,
      tip: (feed) => substrate.tip(feed),
      turns,
      replication: requests,
      add(messages) {
        for (const { value } of messages) {
          if (value.sequence <= (substrate.tip(value.author)?.sequence ?? 0)) continue
          const verdict = ssb.immediateAdd.add(value)
          if (verdict.verdict !== 'accept') return verdict
        }
        return null
      },
    })
  const catchUpFrom: Peering['catchUpFrom'] = async (peer, feeds, lag) => {
    const results = await fetchAll(peer, feeds, lag)
    const refused = results.find(({ refusal }) => refusal !== null)
    if (refused) {
      throw new CodedError(
        'catch-up-refused',
        'the peer holds another branch, has pruned it, or misbehaves',
        {
          feed: refused.feed,
          code: refused.refusal?.code,
        },
      )
    }
  }
  const stalls = new StallWatch({
    now: () => performance.now(),
    // A paused feed lags on purpose.
    feeds: () => {
      const requested = new Set(requests.requested())
      return othersWanted(circles.current()).filter((feed) => requested.has(feed))
    },
    held: (feed) => substrate.tip(feed)?.sequence ?? 0,
    claims: (feed) => substrate.claims(feed),
    fetch: async (peer, feeds) => {
      const results = await fetchAll(peer, feeds, 0)
      return results.flatMap(({ feed, refusal }) => (refusal?.code === 'pruned' ? [feed] : []))
    },
    redial: (peer) => {
      for (const rpc of [...(ssb.peers[peer] ?? [])]) rpc.close(true)
    },
    onStall: (stall) => onEvent({ name: 'stall', facts: { ...stall } }),
  })
  let looking: NodeJS.Timeout | undefined
  ssb.close.hook((proceed, parameters) => {
    clearInterval(looking)
    return proceed(...parameters)
  })

  return {
    substrate,
    lost: ssb.lost,
    append: appendTo(ssb),
    stalls,
    catchUpFrom,
    dial: () => {
      looking ??= setInterval(() => void stalls.look(), STALL_LOOK_MS)
      return dialling.start()
    },
    links: () => dialling.links(),

    async ask(peer, want) {
      const messages = await fetchWant(peer, want)
      keep(messages)
      const fetched = messages.map(({ key, value }) => parseMessage(key, value))
      options.onFetched?.(peer, fetched)
      return fetched
    },

    offer: (peer, keys) => client.offerTo(peerOf(peer), keys),

    async tipsFrom(peer, feeds) {
      const tips = await client.tipsFrom(peerOf(peer), feeds)
      if ('verdict' in tips)
        throw new CodedError('peer-misbehaved', 'the peer gave no usable tips', { code: tips.code })
      return tips
    },

    async keyAt(feed, sequence) {
      const pruned = substrate.pruned(feed)
      if (pruned?.sequence === sequence) return pruned.key
      const [message] = await substrate.readFeed(feed, sequence, 1)
      return message && messageKeyOfValue(message)
    },
  }
}

/** Own feeds are recovered on their own terms: nobody else can be ahead of them. */
const othersWanted = ({ wanted, own }: Circle): FeedId[] => [...wanted].filter((feed) => !own.has(feed))

/** Far more than a disk that is full for a while leaves unwritten, since own messages wait by then. */
const UNWRITTEN_LIMIT_BYTES = 64 * 1024 * 1024

/** Own messages, log and indexes alike; what does not fit into memory any more ends the node. */
const watchWrites = (ssb: Ssb, { onWrite, onFailed }: PeeringOptions): void => {
  ssb.durablePublish.onWrite(onWrite)
  ssb.patientWrites.onWrite((error) => {
    onWrite(error)
    const unwrittenBytes = ssb.logTail.offset() - ssb.logTail.durableOffset()
    if (error && unwrittenBytes > UNWRITTEN_LIMIT_BYTES)
      onFailed(
        new CodedError(
          'log-write-failed',
          'the disk has not taken the log for too long',
          {},
          { cause: error },
        ),
      )
  })
}
