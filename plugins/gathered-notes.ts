import { expectShape, load, patchOnce, replaceModule } from './patch.js'

/**
 * Cures D13: for every message that arrives or is published, the stock replication sends each other peer a packet
 * of its own that says "I have it now" (a note). In a mesh most packets are notes, and each is encrypted, framed,
 * sent and parsed alone. Messages still go out at once; notes wait for a moment and then go out as one packet,
 * which the protocol provides for: a note is an object of feeds. Nobody waits for them, since they serve to choose
 * which peer to receive a feed from, and to tell what a peer holds.
 */
const MODULE = 'epidemic-broadcast-trees/stream'

/** Far below the tick (3 s) by which replication judges that a peer is slow. */
const GATHER_MS = 10

type Notes = Record<string, number>

export interface PeerState {
  notes: Notes | null
  readonly blocked?: unknown
}

export interface Stream {
  readonly remote: string
  readonly ended?: unknown
  readonly peer: { readonly state: { readonly peers: Readonly<Record<string, PeerState | undefined>> } }
  resume: (this: Stream) => void
}

interface StreamClass {
  readonly prototype: Stream
}

type MakeStreamClass = (events: unknown) => StreamClass

export const installGatheredNotes = (): void =>
  patchOnce('gathered-notes', () => {
    const make = load(MODULE, 'ssb-ebt')
    expectShape(MODULE, isMakeStreamClass(make))
    if (!isMakeStreamClass(make)) return
    replaceModule(MODULE, (events: unknown) => gather(make(events)), 'ssb-ebt')
  })

/** Exported for its test. */
export const gather = (streamClass: StreamClass): StreamClass => {
  const { prototype } = streamClass
  expectShape(MODULE, typeof prototype.resume === 'function' && prototype.resume.length === 0)
  const resume = prototype.resume
  const waiting = new WeakSet<Stream>()

  prototype.resume = function (this: Stream): void {
    const state = this.peer.state.peers[this.remote]
    if (!state?.notes || state.blocked) {
      resume.call(this)
      return
    }
    const notes = takeNotes(state)
    resume.call(this)
    // Whatever was noted while messages went out is newer.
    state.notes = { ...notes, ...takeNotes(state) }
    if (waiting.has(this)) return
    waiting.add(this)
    setTimeout(() => {
      waiting.delete(this)
      // The peer may be gone by now, and its state with it.
      if (!this.ended && this.peer.state.peers[this.remote]) resume.call(this)
    }, GATHER_MS).unref()
  }
  return streamClass
}

const takeNotes = (state: PeerState): Notes => {
  const { notes } = state
  state.notes = null
  return notes ?? {}
}

const isMakeStreamClass = (value: unknown): value is MakeStreamClass =>
  typeof value === 'function' && value.length === 1
