import { RateLimit } from '../src/util/index.js'
import type { FeedRequests } from './feed-requests/index.js'
import type { ClassicMessage, FeedId, Sbot, SsbPlugin } from './types/index.js'

/**
 * A member may fill its own feeds as fast as it can sign, and everybody who follows it verifies and keeps all of it.
 * Here a feed that replication brings faster than any honest member writes is not asked for during a pause, so that
 * the feeds of others have their turn and the disk fills no faster than that. Nothing is lost: what was written
 * meanwhile comes afterwards. A backlog arrives fast as well and is paused alike, which costs nothing, since a node
 * that is far behind fetches ranges; only what the author's own timestamps say convicts it of flooding.
 *
 * Load it after feedRequests.
 */
export const floodGuard = ({
  perSecond = 300,
  burst = 3_000,
  pauseMs = 2_000,
  onPause,
}: FloodGuardOptions = {}): SsbPlugin => ({
  name: 'floodGuard',
  version: '1.0.0',
  manifest: {},

  init(sbot: Sbot & { readonly feedRequests: FeedRequests }): undefined {
    const flows = new Map<FeedId, Flow>()
    const timers = new Set<NodeJS.Timeout>()

    const pause = (feed: FeedId, flow: Flow): void => {
      flow.paused = true
      sbot.feedRequests.pause(feed)
      onPause?.({ feed, messages: flow.messages, writtenInMs: flow.newest - flow.oldest })
      const timer = setTimeout(() => {
        timers.delete(timer)
        flows.delete(feed)
        sbot.feedRequests.resume(feed)
      }, pauseMs)
      timers.add(timer.unref())
    }

    // Only replication calls this; ranges, which this node asks for, go another way.
    sbot.db.add.hook((add, parameters) => {
      const [message] = parameters
      if (!isMessage(message)) return add(...parameters)
      const flow = flows.get(message.author) ?? newFlow(message.timestamp, perSecond, burst)
      flows.set(message.author, flow)
      flow.messages++
      flow.newest = message.timestamp
      if (!flow.limit.take() && !flow.paused) pause(message.author, flow)
      else if (flow.limit.isFull) flows.delete(message.author)
      return add(...parameters)
    })
    sbot.close.hook((proceed, parameters) => {
      for (const timer of timers) clearTimeout(timer)
      return proceed(...parameters)
    })
    return undefined
  },
})

export interface FloodGuardOptions {
  /** Messages of one feed, on average; ten times what a lane of a loaded network carries. */
  readonly perSecond?: number
  /** At once. */
  readonly burst?: number
  readonly pauseMs?: number
  readonly onPause?: (flood: Flood) => void
}

export interface Flood {
  readonly feed: FeedId
  /** Counted since the feed was last quiet. */
  readonly messages: number
  /** By the author's own timestamps; short, if it is the author who was fast. */
  readonly writtenInMs: number
}

interface Flow {
  readonly limit: RateLimit
  readonly oldest: number
  newest: number
  messages: number
  paused: boolean
}

const newFlow = (timestamp: number, perSecond: number, burst: number): Flow => ({
  limit: new RateLimit(perSecond, () => performance.now(), burst),
  oldest: timestamp,
  newest: timestamp,
  messages: 0,
  paused: false,
})

const isMessage = (value: unknown): value is Pick<ClassicMessage, 'author' | 'timestamp'> =>
  typeof value === 'object' && value !== null && 'author' in value && 'timestamp' in value

/** Whether the author itself wrote so fast: its signed timestamps are all the evidence there is (grade E). */
export const isFlooding = ({ messages, writtenInMs }: Flood, perSecond = 300): boolean =>
  writtenInMs >= 0 && messages > perSecond && writtenInMs < (messages / perSecond) * 1_000
