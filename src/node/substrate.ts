import type { PublishOptions } from '../../plugins/durable-publish/index.js'
import type { Evidence } from '../../plugins/immediate-add/index.js'
import type { ClassicMessage, SsbKeys, Unsubscribe } from '../../plugins/types/index.js'
import type { FeedId, FeedMessage, MessageKey } from '../feeds/index.js'
import { parseMessage } from '../feeds/index.js'
import { CodedError } from '../util/index.js'
import { logMessages } from './log-messages.js'
import type { Ssb } from './ssb.js'

/**
 * Signed feeds as promises and listeners: all that services need of the SSB stack. It has no way to publish: whoever
 * wants to say something asks the sign guard, which alone holds an {@link appendTo}.
 */
export interface Substrate {
  readonly id: FeedId
  readonly address: { readonly host: string; readonly port: number }

  /** Every message added from now on, own and received, in feed order, exactly once. */
  onMessage(listener: (message: FeedMessage) => void): Unsubscribe

  /**
   * Everything in the log, in the order in which it was added; resolves when all of it was given. Whoever calls
   * `onMessage` and then `replay` in one turn sees every message exactly once, replayed ones before live ones.
   *
   * @param moot messages of each feed to leave out, up to this sequence.
   * @throws CodedError `log-unreadable`
   */
  replay(listener: (message: FeedMessage) => void, moot?: Readonly<Record<string, number>>): Promise<void>

  /** From memory if recent, else from disk; also loose messages. */
  getByKey(key: MessageKey): Promise<ClassicMessage | undefined>

  /** Up to `limit` messages of a feed from `fromSequence` on, without gaps; none if the first of them is pruned. */
  readFeed(feed: FeedId, fromSequence: number, limit: number): Promise<ClassicMessage[]>

  /** The newest message held of a feed. */
  tip(feed: FeedId): Tip | undefined

  /** Of a feed whose beginning is not held any more the last message that went. */
  pruned(feed: FeedId): Tip | undefined

  /** Two signed messages that no single feed can hold. */
  onEvidence(listener: (evidence: Evidence) => void): Unsubscribe

  /** Keeps a verified message whose place in its feed is not reached, for `getByKey` and `durable`. */
  keepLoose(key: MessageKey, message: ClassicMessage): void
  looseMessages(): readonly FeedMessage[]

  /** Connected peers that are known to hold the feed up to this sequence: they said so, or sent it. */
  heldBy(feed: FeedId, sequence: number): FeedId[]

  /** What connected peers say they hold of a feed: the last sequence each. */
  claims(feed: FeedId): (readonly [peer: FeedId, sequence: number])[]

  /** Connected peers to which the feed went out up to this sequence. It may still be on its way. */
  sentTo(feed: FeedId, sequence: number): FeedId[]

  /** Replicate this feed, or no longer. */
  request(feed: FeedId, on: boolean): void
  peers(): FeedId[]

  /** Takes no more messages and resolves when everything is on disk, or the disk takes nothing. */
  close(): Promise<void>
}

export interface Tip {
  readonly sequence: number
  readonly key: MessageKey
}

/**
 * Signs content as the next message of the feed of `keys`; resolves when it and the messages named in `durable` are
 * on disk and it is open to replication. For the sign guard alone.
 *
 * @throws CodedError as listed in `plugins/durable-publish/publisher.ts`
 */
export const appendTo =
  (ssb: Pick<Ssb, 'durablePublish'>) =>
  async (keys: SsbKeys, content: object, options?: PublishOptions): Promise<FeedMessage> => {
    const { key, message } = await ssb.durablePublish.publish(keys, content, options)
    return parseMessage(key, message)
  }

export const createSubstrate = (ssb: Ssb): Substrate => {
  const keyOf = (message: ClassicMessage): MessageKey =>
    ssb.db.findFeedFormatByName('classic').getMsgId(message)
  const live = liveMessages(ssb)
  let closing: Promise<void> | undefined

  return {
    id: ssb.id,
    address: { host: ssb.host, port: ssb.port },

    onMessage: (listener) => live.subscribe(listener),
    replay: (listener, moot) => live.holdWhile(() => logMessages(ssb, ssb.logTail.offset(), listener, moot)),

    getByKey(key) {
      const inMemory = ssb.recentMessages.byKey(key) ?? ssb.durablePublish.looseByKey(key)
      if (inMemory !== undefined) return Promise.resolve(inMemory)
      return promised((callback) => ssb.keyIndex.read(key, callback))
    },

    async readFeed(feed, fromSequence, limit) {
      if (fromSequence <= (ssb.pruned.get(feed)?.sequence ?? 0)) return []
      const newest = ssb.db.getState().get(feed)?.sequence ?? 0
      const size = Math.max(0, Math.min(limit, newest - fromSequence + 1))
      return Promise.all(
        Array.from({ length: size }, (_, index) =>
          promised<ClassicMessage>((callback) =>
            ssb.getAtSequenceNativeMsg([feed, fromSequence + index], 'classic', callback),
          ),
        ),
      )
    },

    tip(feed) {
      const message = ssb.db.getState().get(feed)
      return message === null ? undefined : { sequence: message.sequence, key: keyOf(message) }
    },

    pruned: (feed) => ssb.pruned.get(feed),
    onEvidence: (listener) => ssb.immediateAdd.onEvidence(listener),
    keepLoose: (key, message) => ssb.durablePublish.keepLoose(key, message),
    looseMessages: () => ssb.durablePublish.loose().map(([key, message]) => parseMessage(key, message)),

    heldBy: (feed, sequence) => peersWhere(ssb, feed, ({ seq }) => (seq ?? 0) >= sequence),
    claims(feed) {
      const states = replicationOf(ssb, feed)
      return connectedPeers(ssb).map((peer) => [peer, states[peer]?.seq ?? 0] as const)
    },
    sentTo: (feed, sequence) =>
      peersWhere(ssb, feed, ({ replicating }) => (replicating?.sent ?? 0) >= sequence),

    request: (feed, on) => ssb.ebt.request(feed, on),
    peers: () => connectedPeers(ssb),
    close: () =>
      (closing ??= new Promise((resolve) => {
        // An error here says that the socket was closed already.
        ssb.close(() => resolve())
        // What a full disk does not take now comes from the write-ahead log and from peers at the next start.
        if (ssb.patientWrites.isFailing()) setTimeout(resolve, FAILING_DISK_PATIENCE_MS)
      })),
  }
}

const FAILING_DISK_PATIENCE_MS = 1_000

/** Listeners run after the turn that added the messages, so that forwarding to peers never waits for them. */
const liveMessages = (ssb: Ssb) => {
  const listeners = new Set<(message: FeedMessage) => void>()
  const queue: FeedMessage[] = []
  let held = 0
  let scheduled = false

  const deliver = (): void => {
    scheduled = false
    while (held === 0) {
      const message = queue.shift()
      if (message === undefined) return
      for (const listener of listeners) listener(message)
    }
  }
  const schedule = (): void => {
    if (scheduled) return
    scheduled = true
    queueMicrotask(deliver)
  }
  ssb.logTail.onAppended(({ key, message }) => {
    queue.push(parseMessage(key, message))
    schedule()
  })

  return {
    subscribe(listener: (message: FeedMessage) => void): Unsubscribe {
      // What was added before now is not for the new listener.
      deliver()
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async holdWhile(action: () => Promise<void>): Promise<void> {
      held++
      try {
        await action()
      } finally {
        held--
        schedule()
      }
    },
  }
}

type PeerState = Parameters<Parameters<typeof peersWhere>[2]>[0]

const peersWhere = (
  ssb: Ssb,
  feed: FeedId,
  holds: (state: {
    readonly seq: number | null | undefined
    readonly replicating?: { readonly sent: number | null }
  }) => boolean,
): FeedId[] => {
  const states = replicationOf(ssb, feed)
  return connectedPeers(ssb).filter((peer) => {
    const state: PeerState | undefined = states[peer]
    return state !== undefined && holds(state)
  })
}

/**
 * ssb-ebt throws for as long as it loads what it knew of any peer that has just connected. Nothing is known of any of
 * them then, and whoever asks will ask again.
 */
const replicationOf = (ssb: Ssb, feed: FeedId): Readonly<Record<FeedId, PeerState>> => {
  try {
    return ssb.ebt.peerStatus(feed).peers
  } catch (error) {
    if (error instanceof TypeError) return {}
    throw error
  }
}

const connectedPeers = (ssb: Ssb): FeedId[] =>
  (Object.entries(ssb.peers) as [FeedId, readonly unknown[]][]).flatMap(([peer, connections]) =>
    connections.length > 0 && peer !== ssb.id ? [peer] : [],
  )

const promised = <T>(
  call: (callback: (error: Error | null | undefined, value: T) => void) => unknown,
): Promise<T> =>
  new Promise((resolve, reject) => {
    call((cause, value) => {
      if (cause) reject(new CodedError('log-unreadable', 'the SSB log could not be read', {}, { cause }))
      else resolve(value)
    })
  })
