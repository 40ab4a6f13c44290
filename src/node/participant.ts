import {
  type FeedId,
  type FeedMessage,
  type MessageKey,
  messageKeyOfValue,
  parseMessage,
} from '../feeds/index.js'
import {
  type Context,
  type Core,
  type Effect,
  highestCertified,
  messagenodeCore,
  type Origin,
  validatorCore,
} from '../protocol/index.js'
import type { NodeConfig } from './config.js'
import { Driver } from './driver.js'
import { Fetcher } from './fetcher.js'
import type { Link } from './link.js'
import type { CoreView } from './node-host.js'
import { publisher } from './publisher.js'

/** A core that runs: the same for validators and Messagenodes, but for which one it is. */
export interface Participant {
  receive(message: FeedMessage): void
  /** Messages that a peer showed or gave by key. */
  fetched(messages: readonly FeedMessage[]): void
  connected(peer: FeedId): void
  forked(feed: FeedId): void
  /** Everything received is judged. */
  flush(): void
  /** Signing may begin. */
  start(): void
  stop(): void
  core(): CoreView
}

export interface ParticipantPorts {
  readonly config: NodeConfig
  readonly context: Context<unknown>
  readonly origin: Origin<unknown>
  readonly link: Link
  readonly observe: (effect: Effect) => void
  readonly failed: (error: unknown) => void
}

export const participant = (ports: ParticipantPorts): Participant => {
  const { context, origin } = ports
  if (ports.config.member.kind === 'validator') {
    return run(validatorCore(context, origin), ({ chain, round }) => ({ chain, round: round.round }), ports)
  }
  const roundOf = (books: Parameters<typeof highestCertified>[0] | undefined) =>
    books ? highestCertified(books) + 1 : 0
  return run(
    messagenodeCore(context, origin),
    ({ chain, books }) => ({ chain, round: roundOf(books.get(chain.decided.height + 1)) }),
    ports,
  )
}

const run = <State>(
  core: Core<State>,
  view: (state: State) => CoreView,
  { config, link, observe, failed }: ParticipantPorts,
): Participant => {
  const { substrate } = link
  const publish = publisher(config.roles, link.guard)
  const now = () => performance.now()
  const driver: Driver<State> = new Driver(core, {
    now,
    publish,
    offer: ({ keys, to }) => offer(link, keys, to),
    wanted: () => fetcher.wake(),
    readFeed: async (feed, from, limit) => {
      const values = await substrate.readFeed(feed, from, limit)
      return values.map((value) => parseMessage(messageKeyOfValue(value), value))
    },
    observe,
    failed,
  })
  const fetcher = new Fetcher({
    wants: () => driver.wants,
    peers: () => substrate.peers(),
    ask: (peer, want) => link.ask(peer, want),
    deliver: (messages) => driver.fetched(messages),
  })
  return {
    receive: (message) => driver.receive(message),
    fetched: (messages) => driver.fetched(messages),
    connected: (peer) => driver.connected(peer),
    forked: (feed) => driver.forked(feed),
    flush: () => driver.flush(),
    start: () => driver.start(),
    stop: () => {
      driver.stop()
      fetcher.stop()
    },
    core: () => view(driver.state),
  }
}

/** An offer to a peer that is away is made again when it is back (`connected`). */
const offer = (link: Link, keys: readonly MessageKey[], to: readonly FeedId[]): void => {
  const live = link.substrate.peers()
  for (const peer of to) if (live.includes(peer)) link.offer(peer, keys).catch(() => undefined)
}
