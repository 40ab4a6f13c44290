import { expectShape, load, patchOnce, replaceModule } from './patch.js'

/**
 * Cures D13: for every message that arrives or is published, the stock replication sends each other peer a packet
 * of its own that says "I have it now" (a note). In a mesh most packets are notes, and each is encrypted, framed,
 * sent and parsed alone. Messages still go out at once; notes wait for a moment and then go out as one packet,
 * which the protocol provides for: a note is an object of feeds. Nobody waits for them, since they serve to choose
 * which peer to receive a feed from, and to tell what a peer holds.
 *
 * Waiting notes are kept here, never in the replication's own state: it takes any notes it finds there, of whatever
 * feed, for proof that the feed at hand is being asked for elsewhere (events.js: isAlreadyReplicating), then asks
 * nobody for it, and the feed stands still for good.
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
  const waiting = new WeakMap<Stream, Notes>()

  const gatherFrom = (stream: Stream): void => {
    const state = stream.peer.state.peers[stream.remote]
    if (!state?.notes || state.blocked) return
    if (!waiting.has(stream)) setTimeout(() => sendNotes(stream), GATHER_MS).unref()
    waiting.set(stream, { ...waiting.get(stream), ...state.notes })
    state.notes = null
  }

  const sendNotes = (stream: Stream): void => {
    const notes = waiting.get(stream)
    waiting.delete(stream)
    // The peer may be gone by now, and its state with it.
    const state = stream.peer.state.peers[stream.remote]
    if (stream.ended || !state) return
    state.notes = { ...notes, ...state.notes }
    resume.call(stream)
    // Still there: the connection takes no more at present.
    gatherFrom(stream)
  }

  prototype.resume = function (this: Stream): void {
    gatherFrom(this)
    resume.call(this)
  }
  return streamClass
}

const isMakeStreamClass = (value: unknown): value is MakeStreamClass =>
  typeof value === 'function' && value.length === 1
