import { createRequire } from 'node:module'

import { expect, it } from 'vitest'

import { type TurnEvents, type TurnState, withFairTurns } from '../../../plugins/fair-turns.js'

/** The replication's own reducer, under turns judged feed by feed: no sockets, and time as told. */
interface Replication extends TurnEvents {
  initialize(id: string): TurnState & { clock: Record<string, number> }
  follow(state: TurnState, event: { id: string; value: boolean; ts: number }): TurnState
  connect(state: TurnState, event: { id: string; client: boolean; ts: number }): TurnState
  peerClock(state: TurnState, event: { id: string; value: object; ts: number }): TurnState
}

const require = createRequire(createRequire(import.meta.url).resolve('ssb-ebt'))
const makeEvents = require('epidemic-broadcast-trees/events') as (format: unknown) => Replication
const format = require('epidemic-broadcast-trees/v3') as Parameters<typeof withFairTurns>[1]

const FEED = 'feed'
const CHATTER = 'chatter'
const TICK_MS = 3000

/** A node that follows two feeds, holds three messages of each, and is linked to these peers. */
const scene = (events: Replication, peers: readonly string[]) => {
  let ts = 1_000_000
  const state = Object.assign(events.initialize('me'), { timeout: TICK_MS })
  state.clock = { [FEED]: 3, [CHATTER]: 3 }
  for (const id of [FEED, CHATTER]) events.follow(state, { id, value: true, ts })
  for (const id of peers) {
    events.connect(state, { id, client: false, ts })
    events.peerClock(state, { id, value: {}, ts })
  }
  return {
    says: (id: string, feed: string, sequence: number) =>
      events.notes(state, { id, value: { [feed]: format.note(sequence, false) }, ts }),
    chats: (id: string) => {
      const sequence = (state.clock[CHATTER] ?? 0) + 1
      const message = { author: CHATTER, sequence, content: {} }
      events.notes(state, { id, value: { [CHATTER]: format.note(sequence, false) }, ts })
      events.receive(state, Object.assign({ ts }, { id, value: message }))
      events.append(state, message)
    },
    brings: (sequence: number) => events.append(state, { author: FEED, sequence, content: {} }),
    /** Fetched as a range, from no matter whom. */
    heal: () => events.append(state, { author: FEED, sequence: (state.clock[FEED] ?? 0) + 1, content: {} }),
    tick: (count = 1) => {
      for (; count > 0; count--) events.timeout(state, { ts: (ts += TICK_MS) })
    },
    /** As the stock code does when it takes something else for a request. */
    forget: (id: string) => Object.assign(state.peers[id]?.replicating?.[FEED] ?? {}, { rx: false }),
    asked: () => peers.filter((id) => state.peers[id]?.replicating?.[FEED]?.rx),
  }
}

const fair = () => withFairTurns(makeEvents(format), format) as Replication

it('stock, a peer that lies about one feed and sends another keeps both', () => {
  const { says, chats, tick, asked } = scene(makeEvents(format), ['liar', 'honest'])
  says('liar', FEED, 1_000_000)
  says('honest', FEED, 4)
  for (let seconds = 0; seconds < 60; seconds += 3) {
    chats('liar')
    tick()
  }
  expect(asked()).toEqual(['liar'])
})

it('gives the feed to who has it, whatever else the liar sends', () => {
  const { says, chats, tick, asked } = scene(fair(), ['liar', 'honest'])
  says('liar', FEED, 1_000_000)
  says('honest', FEED, 4)
  chats('liar')
  tick()
  chats('liar')
  tick()
  expect(asked()).toEqual(['honest'])
})

it('lets no higher claim steal the feed back', () => {
  const { says, brings, tick, asked } = scene(fair(), ['liar', 'honest'])
  says('liar', FEED, 1_000_000)
  says('honest', FEED, 4)
  tick(2)
  brings(4)
  says('honest', FEED, 5)
  says('liar', FEED, 2_000_000)
  expect(asked()).toEqual(['honest'])
})

it('gives nobody credit for what came another way', () => {
  const { says, heal, tick, asked } = scene(fair(), ['liar', 'honest'])
  says('liar', FEED, 1_000_000)
  for (let sequence = 4; sequence < 7; sequence++) {
    says('honest', FEED, sequence + 1)
    tick()
    heal()
  }
  expect(asked()).toEqual(['honest'])
})

it('distrusts a liar longer each time', () => {
  const { says, tick, asked } = scene(fair(), ['liar', 'honest'])
  const turnsOfTheLiar = (ticks: number): number => {
    let turns = 0
    for (let index = 0; index < ticks; index++) {
      tick()
      if (asked().includes('liar')) turns++
      // Somebody has to bring the feed, or both have failed alike.
      says('liar', FEED, 1_000_000)
      says('honest', FEED, 4)
    }
    return turns
  }
  expect(turnsOfTheLiar(20)).toBeGreaterThan(turnsOfTheLiar(20))
})

it.each([
  ['stock, leaves a feed that nobody is asked for', () => makeEvents(format), []],
  ['asks again for a feed that nobody is asked for', fair, ['peer']],
])('%s', (_name, make, expected) => {
  const { says, forget, tick, asked } = scene(make(), ['peer'])
  says('peer', FEED, 4)
  forget('peer')
  tick(3)
  expect(asked()).toEqual(expected)
})

it('keeps to the only peer there is, and believes it', () => {
  const { says, tick, asked } = scene(fair(), ['slow'])
  says('slow', FEED, 50)
  tick(20)
  expect(asked()).toEqual(['slow'])
})
