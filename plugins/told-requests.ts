import { expectShape, load, patchOnce, replaceModule } from './patch.js'

/**
 * Cures D19: a feed that is no longer requested goes on arriving, since stock the note that would say so is skipped
 * for the very reason that the feed is not requested any more; and one requested again is not asked for while nobody
 * is known to hold more of it. Here every connected peer is told of both.
 */
const MODULE = 'epidemic-broadcast-trees/events'

interface Replicating {
  rx: boolean
  tx: boolean
  sent: number | null
  requested: number
}

interface PeerState {
  readonly clock: Readonly<Record<string, number>> | null
  readonly replicating: Record<string, Replicating> | null
  notes: Record<string, number> | null
}

interface State {
  readonly follows: Readonly<Record<string, boolean>>
  readonly clock: Readonly<Record<string, number>> | null
  readonly peers: Readonly<Record<string, PeerState>>
}

interface Follow {
  readonly id: string
  readonly value: boolean
}

interface Events {
  follow: (state: State, event: Follow) => State
}

interface Version {
  readonly note: (sequence: number, receive: boolean) => number
}

type MakeEvents = (version: Version) => Events

export const installToldRequests = (): void =>
  patchOnce('told-requests', () => {
    const make = load(MODULE, 'ssb-ebt')
    expectShape(MODULE, isMakeEvents(make))
    if (!isMakeEvents(make)) return
    replaceModule(MODULE, (version: Version) => tell(make(version), version), 'ssb-ebt')
  })

const tell = (events: Events, { note }: Version): Events => {
  const follow = events.follow
  expectShape(MODULE, typeof follow === 'function' && follow.length === 2)
  const noteTo = (peer: PeerState, feed: string, sequence: number, receive: boolean): void => {
    peer.notes = { ...peer.notes, [feed]: note(sequence, receive) }
    const replicating = peer.replicating?.[feed]
    if (!replicating) return
    replicating.rx = receive
    replicating.requested = sequence
  }

  events.follow = (state, event) => {
    const { id: feed, value } = event
    const isNew = (state.follows[feed] ?? false) !== value
    const after = follow(state, event)
    if (!isNew) return after
    const live = Object.values(after.peers).filter((peer) => peer.clock !== null && peer.replicating !== null)
    const isAsked = () => live.some(({ replicating }) => replicating?.[feed]?.rx)
    for (const peer of live) {
      if (!value) noteTo(peer, feed, NOT_REQUESTED, false)
      else if (peer.clock?.[feed] !== NOT_REQUESTED && peer.notes?.[feed] === undefined) {
        noteTo(peer, feed, after.clock?.[feed] ?? 0, !isAsked())
      }
    }
    return after
  }
  return events
}

const NOT_REQUESTED = -1

const isMakeEvents = (value: unknown): value is MakeEvents =>
  typeof value === 'function' && value.length === 1
