import { expectShape, load, patchOnce, replaceModule } from './patch.js'

/**
 * Cures D15: replication asks one peer for a feed, the one that claims to hold the most of it, and leaves it only
 * if that peer sends nothing at all, of any feed, for three seconds. So a peer that claims a high sequence, keeps
 * the feed to itself and chats about another one starves everybody behind it; and a feed that nobody is asked for,
 * though a peer has more of it, stands still for good.
 *
 * Here turns are judged feed by feed. A peer whose turn brings nothing while another peer holds more loses it, and
 * for a while its claims about this feed count for no more than what is held here: ten seconds at first, doubled
 * each time up to ten minutes. Where nobody else is there to ask, it is believed all the same.
 */
const MODULE = 'epidemic-broadcast-trees/events'

const FIRST_DISTRUST_MS = 10_000
const LONGEST_DISTRUST_MS = 600_000

type Clock = Record<string, number>

interface Turn {
  tx?: boolean
  rx: boolean
  sent?: number | null
  requested: number
}

export interface TurnPeer {
  clock: Clock | null
  replicating: Record<string, Turn> | null
  notes: Clock | null
}

export interface TurnState {
  clock: Clock | null
  readonly follows: Readonly<Record<string, boolean>>
  readonly blocks: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly peers: Readonly<Record<string, TurnPeer>>
  /** How long a turn may bring nothing, and how often this is looked at. */
  readonly timeout?: number
}

interface Notes {
  readonly id: string
  readonly value: Clock | { readonly clock: Clock }
  readonly ts: number
}

export interface TurnEvents {
  notes: (state: TurnState, event: Notes) => TurnState
  receive: (state: TurnState, event: { readonly id: string; readonly value: unknown }) => TurnState
  append: (state: TurnState, message: unknown) => TurnState
  getMsgAuthor: (message: unknown) => string
  timeout: (state: TurnState, event: { readonly ts: number }) => TurnState
}

/** How notes are written: `epidemic-broadcast-trees/v3`. */
export interface NoteFormat {
  readonly note: (sequence: number, receive: boolean) => number
  readonly getSequence: (note: number) => number
  readonly getReceive: (note: number) => boolean
}

type MakeEvents = (format: NoteFormat) => TurnEvents

export const installFairTurns = (): void =>
  patchOnce('fair-turns', () => {
    const make = load(MODULE, 'ssb-ebt')
    expectShape(MODULE, typeof make === 'function' && make.length === 1)
    replaceModule(
      MODULE,
      (format: NoteFormat) => withFairTurns((make as MakeEvents)(format), format),
      'ssb-ebt',
    )
  })

/** Exported for its test. */
export const withFairTurns = (events: TurnEvents, format: NoteFormat): TurnEvents => {
  const { notes, receive, append, timeout } = events
  expectShape(
    MODULE,
    [notes, receive, append, timeout].every((event) => event.length === 2),
  )
  // One state of replication lives as long as its node.
  const turns = new WeakMap<TurnState, Turns>()
  const turnsOf = (state: TurnState): Turns => {
    const known = turns.get(state) ?? new Turns(format)
    turns.set(state, known)
    return known
  }
  return Object.assign(events, {
    notes: (state, event) => notes(state, { ...event, value: turnsOf(state).believed(state, event) }),
    receive(state, event) {
      turnsOf(state).received(event)
      return receive(state, event)
    },
    append(state, message) {
      turnsOf(state).appended(events.getMsgAuthor(message), message)
      return append(state, message)
    },
    timeout(state, { ts }) {
      turnsOf(state).judge(state, ts)
      return state
    },
  } satisfies Partial<TurnEvents>)
}

interface Distrust {
  untilMs: number
  lastedMs: number
  /** What the peer claims meanwhile, which is believed again afterwards; null once it is. */
  claimed: number | null
}

class Turns {
  /** Feeds of which some peer has more than is held here: since when whoever was asked has brought nothing. */
  readonly #waiting = new Map<string, number>()
  /** By feed and peer. A peer that comes back under its identity is no more trusted than before. */
  readonly #distrusted = new Map<string, Map<string, Distrust>>()
  /** Who brought something of each feed since it was last judged. What came another way earns nobody a turn. */
  readonly #brought = new Map<string, Set<string>>()
  #latest: { readonly id: string; readonly value: unknown } | undefined

  constructor(private readonly format: NoteFormat) {}

  /** What a peer says of its feeds, without what is not believed. */
  believed(state: TurnState, event: Notes): Clock {
    const { note, getSequence, getReceive } = this.format
    const said = clockIn(event.value)
    const clock: Clock = { ...said }
    for (const [feed, value] of Object.entries(said)) {
      const distrust = this.#distrusted.get(feed)?.get(event.id)
      const own = state.clock?.[feed] ?? 0
      if (!distrust || distrust.claimed === null || getSequence(value) <= own) continue
      distrust.claimed = getSequence(value)
      clock[feed] = note(own, getReceive(value))
    }
    return clock
  }

  received(event: { readonly id: string; readonly value: unknown }): void {
    this.#latest = event
  }

  /** Received messages are appended in the same turn, the very object, or refused. */
  appended(feed: string, message: unknown): void {
    if (!this.#latest || this.#latest.value !== message) return
    const bringers = this.#brought.get(feed) ?? new Set()
    this.#brought.set(feed, bringers.add(this.#latest.id))
    this.#latest = undefined
  }

  judge(state: TurnState, nowMs: number): void {
    for (const feed of Object.keys(state.follows)) {
      if (state.follows[feed]) this.#judgeFeed(state, feed, nowMs)
    }
  }

  #judgeFeed(state: TurnState, feed: string, nowMs: number): void {
    const own = state.clock?.[feed] ?? 0
    this.#believeAgain(state, feed, own, nowMs)
    const ahead = Object.entries(state.peers).filter(
      ([id, peer]) => peer.replicating && !state.blocks[feed]?.[id] && (peer.clock?.[feed] ?? 0) > own,
    )
    const brought = this.#brought.get(feed)
    this.#brought.delete(feed)
    if (ahead.length === 0) return void this.#waiting.delete(feed)
    const asked = ahead.filter(([, peer]) => peer.replicating?.[feed]?.rx)
    const sinceMs = this.#waiting.get(feed)
    if (asked.length > 0 && (sinceMs === undefined || asked.some(([id]) => brought?.has(id)))) {
      this.#waiting.set(feed, nowMs)
      return
    }
    if (asked.length > 0 && sinceMs !== undefined && nowMs - sinceMs < (state.timeout ?? 0)) return
    const next = ahead.find(([, peer]) => !peer.replicating?.[feed]?.rx)
    if (next === undefined) return
    for (const [id, peer] of asked) this.#takeTurn(id, peer, feed, own, nowMs)
    this.#turn(next[1], feed, own, true)
    this.#waiting.set(feed, nowMs)
  }

  #takeTurn(id: string, peer: TurnPeer, feed: string, own: number, nowMs: number): void {
    const byPeer = this.#distrusted.get(feed) ?? new Map<string, Distrust>()
    const before = byPeer.get(id)
    const isOld = before && nowMs > before.untilMs + LONGEST_DISTRUST_MS
    const lastedMs = before && !isOld ? Math.min(LONGEST_DISTRUST_MS, 2 * before.lastedMs) : FIRST_DISTRUST_MS
    byPeer.set(id, { untilMs: nowMs + lastedMs, lastedMs, claimed: peer.clock?.[feed] ?? own })
    this.#distrusted.set(feed, byPeer)
    this.#turn(peer, feed, own, false)
    if (peer.clock) peer.clock[feed] = own
  }

  #believeAgain(state: TurnState, feed: string, own: number, nowMs: number): void {
    const byPeer = this.#distrusted.get(feed)
    if (!byPeer) return
    const isAlone = !Object.entries(state.peers).some(
      ([id, { clock }]) =>
        (byPeer.get(id)?.claimed ?? null) === null && clock?.[feed] !== undefined && clock[feed] >= own,
    )
    for (const [id, distrust] of byPeer) {
      const clock = state.peers[id]?.clock
      if (distrust.claimed === null || (nowMs < distrust.untilMs && !isAlone)) continue
      if (clock) clock[feed] = Math.max(clock[feed] ?? 0, distrust.claimed)
      distrust.claimed = null
    }
  }

  /** As the stock code tells a peer whether to send a feed. */
  #turn(peer: TurnPeer, feed: string, own: number, rx: boolean): void {
    peer.notes = { ...peer.notes, [feed]: this.format.note(own, rx) }
    const turn = peer.replicating?.[feed]
    if (turn) Object.assign(turn, { rx, requested: own })
    else if (peer.replicating) {
      peer.replicating[feed] = { tx: false, rx, sent: -1, requested: own }
    }
  }
}

const clockIn = (value: Notes['value']): Clock => {
  const { clock } = value
  return typeof clock === 'object' ? clock : (value as Clock)
}
