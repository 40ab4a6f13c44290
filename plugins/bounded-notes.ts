import { isFeedId } from '../src/feeds/index.js'
import { expectShape, load, patchOnce, replaceModule } from './patch.js'

/**
 * Cures D18: whatever names a peer puts into its notes are remembered for it and answered, so that a member can fill
 * the memory of others with feeds that do not exist. Here notes are read only if they have the form of notes, and of
 * feeds that are not requested here only so many of one peer as a registry could ever hold.
 */
const MODULE = 'epidemic-broadcast-trees/stream'

/** More than 100 validators, 16 Messagenodes and as many observers own together. */
const UNREQUESTED_LIMIT = 2048

export interface NotedStream {
  readonly isMsg: (value: unknown) => boolean
  readonly peer: { readonly state: { readonly follows: Readonly<Record<string, unknown>> } }
  write: (this: NotedStream, data: unknown) => void
}

interface StreamClass {
  readonly prototype: NotedStream
}

type MakeStreamClass = (events: unknown) => StreamClass

export const installBoundedNotes = (): void =>
  patchOnce('bounded-notes', () => {
    const make = load(MODULE, 'ssb-ebt')
    expectShape(MODULE, isMakeStreamClass(make))
    if (!isMakeStreamClass(make)) return
    replaceModule(MODULE, (events: unknown) => bound(make(events)), 'ssb-ebt')
  })

/** Exported for its test. */
export const bound = (streamClass: StreamClass, limit: number = UNREQUESTED_LIMIT): StreamClass => {
  const { prototype } = streamClass
  expectShape(MODULE, typeof prototype.write === 'function' && prototype.write.length === 1)
  const write = prototype.write
  const unrequested = new WeakMap<NotedStream, Set<string>>()

  const takes = (stream: NotedStream, feed: string): boolean => {
    if (!isFeedId(feed)) return false
    if (Object.hasOwn(stream.peer.state.follows, feed)) return true
    const known = unrequested.get(stream) ?? new Set<string>()
    unrequested.set(stream, known)
    if (known.size < limit) known.add(feed)
    return known.has(feed)
  }

  prototype.write = function (this: NotedStream, data: unknown): void {
    if (this.isMsg(data)) return write.call(this, data)
    const notes = notesIn(data)
    // Thrown in the packet's handler, which closes the connection (wire-guard).
    if (notes === undefined) throw new TypeError('neither a message nor notes')
    const taken = Object.entries(notes).filter(([feed, note]) => Number.isInteger(note) && takes(this, feed))
    write.call(this, Object.fromEntries(taken))
  }
  return streamClass
}

/** A peer of another version may wrap them. */
const notesIn = (data: unknown): object | undefined => {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined
  const { clock } = data as { readonly clock?: unknown }
  return typeof clock === 'object' && clock !== null ? clock : data
}

const isMakeStreamClass = (value: unknown): value is MakeStreamClass =>
  typeof value === 'function' && value.length === 1
