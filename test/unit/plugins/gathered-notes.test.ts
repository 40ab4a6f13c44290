import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { gather, installGatheredNotes, type PeerState } from '../../../plugins/gathered-notes.js'
import { load } from '../../../plugins/patch.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Sends what it finds, as the stock one does: messages first, then notes. */
const streamWith = (state: PeerState & { messages: string[] }) => {
  const sent: unknown[] = []
  class Stock {
    remote = 'peer'
    ended = false
    peer = { state: { peers: { peer: state } as Record<string, PeerState | undefined> } }
    paused = false
    resume(): void {
      if (this.paused) return
      sent.push(...state.messages.splice(0))
      if (state.notes) sent.push(state.notes)
      state.notes = null
    }
  }
  gather(Stock)
  return { stream: new Stock(), sent }
}

it('sends messages at once, and the notes of a moment as one, the newest of each feed', () => {
  const state: PeerState & { messages: string[] } = { notes: { a: 1, b: 4 }, messages: ['message'] }
  const { stream, sent } = streamWith(state)
  stream.resume()
  expect(sent).toEqual(['message'])
  state.notes = { ...state.notes, a: 2 }
  stream.resume()
  state.messages.push('another')
  stream.resume()
  expect(sent).toEqual(['message', 'another'])
  vi.runAllTimers()
  expect(sent).toEqual(['message', 'another', { a: 2, b: 4 }])
})

it('keeps notes out of the state while they wait, where replication would take them for requests', () => {
  const state: PeerState & { messages: string[] } = { notes: { a: 1 }, messages: [] }
  const { stream, sent } = streamWith(state)
  stream.resume()
  expect([state.notes, sent]).toEqual([null, []])
  stream.paused = true
  vi.advanceTimersByTime(100)
  expect([state.notes, sent]).toEqual([null, []])
  stream.paused = false
  vi.advanceTimersByTime(100)
  expect([state.notes, sent]).toEqual([null, [{ a: 1 }]])
})

it('sends nothing more to a peer that is gone', () => {
  const { stream, sent } = streamWith({ notes: { a: 1 }, messages: [] })
  stream.resume()
  stream.peer.state.peers = {}
  vi.runAllTimers()
  expect(sent).toEqual([])
})

it('leaves a blocked peer to the stock code', () => {
  const { stream, sent } = streamWith({ notes: { a: 1 }, blocked: true, messages: [] })
  stream.resume()
  expect(sent).toEqual([{ a: 1 }])
})

describe('with the replication itself', () => {
  interface FakeSink {
    readonly paused: boolean
    readonly write: (notes: Record<string, number>) => void
  }
  interface RealStream {
    sink: FakeSink
    clock(clock: Record<string, number>): void
    write(data: object): void
  }
  interface Replication {
    readonly state: { clock: Record<string, number> }
    request(feed: string): void
    createStream(remote: string, version: number, client: boolean): RealStream
  }

  const FEED = 'a'
  /** As the protocol writes them: the sequence doubled, one more if nothing is asked for. */
  const asking = (sequence: number) => ({ [FEED]: sequence << 1 })
  const telling = (sequence: number) => ({ [FEED]: (sequence << 1) | 1 })

  it('asks one peer for a feed while notes to another wait', () => {
    installGatheredNotes()
    const make = load('epidemic-broadcast-trees', 'ssb-ebt') as (options: object) => Replication
    const nothing = () => undefined
    const replication = make({ id: 'me', getClock: nothing, setClock: nothing, append: nothing })
    replication.state.clock = { [FEED]: 3 }
    replication.request(FEED)
    const said: Record<string, object[]> = { p: [], q: [] }
    const [p, q] = ['p', 'q'].map((remote) => {
      const stream = replication.createStream(remote, 3, false)
      stream.sink = { paused: false, write: (notes) => said[remote]?.push(notes) }
      stream.clock({ [FEED]: 3 })
      return stream
    })
    p?.write(telling(3))
    q?.write(telling(5))
    vi.advanceTimersByTime(100)
    expect(said['q']?.at(-1)).toEqual(asking(3))
    // A copy of what came from elsewhere: q is asked for nothing more, and the note that says so waits.
    q?.write({ author: FEED, sequence: 3, content: {} })
    p?.write(telling(5))
    vi.advanceTimersByTime(100)
    expect([said['q']?.at(-1), said['p']?.at(-1)]).toEqual([telling(3), asking(3)])
  })
})
