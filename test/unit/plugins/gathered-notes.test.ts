import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { gather, type PeerState } from '../../../plugins/gathered-notes.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Sends what it finds, as the stock one does: messages first, then notes. */
const streamWith = (state: PeerState & { messages: string[] }) => {
  const sent: unknown[] = []
  class Stock {
    remote = 'peer'
    ended = false
    peer = { state: { peers: { peer: state } as Record<string, PeerState | undefined> } }
    resume(): void {
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
