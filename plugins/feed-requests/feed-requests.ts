import type { FeedId } from '../../src/feeds/index.js'
import { isFeedId } from '../../src/feeds/index.js'
import { CodedError } from '../../src/util/index.js'
import type { Circles } from '../circle/index.js'
import type { ImmediateAdd } from '../immediate-add/index.js'
import type { Sbot, SsbPlugin } from '../types/index.js'

/**
 * The circle alone decides which feeds are requested, and whose messages are stored.
 *
 * ssb-replication-scheduler would follow and block what contact messages say. Contacts are a record for plain SSB
 * peers only: obeyed, a follow would pull in a stranger's feed, an unfollow would stop a member's, and by
 * blocking a Messagenode from its own lane a validator would make honest peers hide it. So its calls end here.
 *
 * Load it after ssb-ebt, and after whatever else hooks `db.add`: the last hook is asked first.
 */
export const feedRequests = ({ circles, onForeignMessage }: FeedRequestOptions): SsbPlugin => ({
  name: 'feedRequests',
  version: '1.0.0',
  manifest: {},

  init(sbot: Sbot & { readonly immediateAdd: ImmediateAdd }): FeedRequests {
    let wanted: ReadonlySet<FeedId> = new Set()
    const paused = new Set<FeedId>()
    const resting = new Map<FeedId, NodeJS.Timeout>()
    const isAsked = (feed: FeedId): boolean => wanted.has(feed) && !paused.has(feed) && !resting.has(feed)
    const ask = (feed: FeedId): void => sbot.ebt.request(feed, isAsked(feed))

    sbot.ebt.request.hook((request, [feed]) => request(feed, isAsked(feed)))
    sbot.ebt.block.hook(() => undefined)

    sbot.db.add.hook((add, parameters) => {
      const author = authorOf(parameters[0])
      if (author !== undefined && circles.current().admits(author)) return add(...parameters)
      onForeignMessage?.(author ?? null)
      const callback = parameters.at(-1)
      const refusal = new CodedError('author-not-registered', 'the author is no feed of a registered member')
      if (isCallback(callback)) setImmediate(() => callback(refusal))
      return undefined
    })

    const apply = () => {
      const before = wanted
      wanted = circles.current().wanted
      for (const feed of new Set([...before, ...wanted])) ask(feed)
      sbot.immediateAdd.forgetUnaccepted()
    }
    // At every start anew, and before any connection: ssb-ebt forgets what it requested.
    apply()
    const stop = circles.onChange(apply)
    sbot.close.hook((proceed, parameters) => {
      stop()
      for (const timer of resting.values()) clearTimeout(timer)
      return proceed(...parameters)
    })

    const wake = (feed: FeedId): void => {
      clearTimeout(resting.get(feed))
      resting.delete(feed)
      ask(feed)
    }

    return {
      requested: () => [...wanted].filter((feed) => !paused.has(feed)),
      pause(feed) {
        paused.add(feed)
        ask(feed)
      },
      resume(feed) {
        paused.delete(feed)
        ask(feed)
      },
      rest(feed, forMs) {
        clearTimeout(resting.get(feed))
        const isNew = !resting.has(feed)
        resting.set(feed, setTimeout(wake, forMs, feed).unref())
        if (isNew) ask(feed)
      },
      wake,
    }
  },
})

const isCallback = (value: unknown): value is (error: Error) => void => typeof value === 'function'

const authorOf = (message: unknown): FeedId | undefined => {
  if (typeof message !== 'object' || message === null || !('author' in message)) return undefined
  return isFeedId(message.author) ? message.author : undefined
}

export interface FeedRequests {
  requested(): readonly FeedId[]
  /** Peers send nothing more of this feed until it is resumed. */
  pause(feed: FeedId): void
  resume(feed: FeedId): void
  /** The same for so long from now, or until it is woken: the feed comes another way, and faster. */
  rest(feed: FeedId, forMs: number): void
  wake(feed: FeedId): void
}

export interface FeedRequestOptions {
  readonly circles: Circles
  /** Told of every message that was refused because its author (null if unreadable) is not registered. */
  readonly onForeignMessage?: (author: FeedId | null) => void
}
