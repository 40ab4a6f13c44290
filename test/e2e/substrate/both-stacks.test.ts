import { describe, expect, it } from 'vitest'

import { playOnBoth } from '../../support/substrate/play.js'

/** Each defect of the stock stack shows, and its cure works, in the same run (docs/substrate.md). */
describe('the SSB stack as shipped and as we run it', () => {
  it('D1, D2, D3: under steady traffic the disk is reached, indexes drain and peers connect', async () => {
    const { stock, cured } = await playOnBoth('starvation')
    expect(stock).toEqual({ durableOffset: -1, indexDrained: false, connected: false })
    expect(cured.durableOffset).toBeGreaterThan(0)
    expect(cured).toMatchObject({ indexDrained: true, connected: true })
  })

  it('D4: a late joiner catches up while traffic lasts', async () => {
    const { stock, cured } = await playOnBoth('late-joiner')
    expect(stock.published).toBeGreaterThan(1000)
    expect(stock.held).toBe(0)
    expect(cured.held).toBeGreaterThan(1000)
  })

  it('D5: a copy of a message does not discard what comes with it', async () => {
    const { stock, cured } = await playOnBoth('duplicate-in-window')
    expect(stock.held).toBe(0)
    expect(cured.held).toBe(3)
  })

  it('D7: nothing of a message stays behind', async () => {
    const { stock, cured } = await playOnBoth('leaks')
    expect(stock).toEqual({ idsRetained: 100, listenersLeft: 100 })
    // The engine may keep the message it touched last.
    expect(cured.idsRetained).toBeLessThanOrEqual(1)
    expect(cured.listenersLeft).toBe(0)
  })

  it('D9: a message that peers would refuse is refused before it is signed', async () => {
    const { stock, cured } = await playOnBoth('long-message')
    expect(stock).toEqual({ refusal: null, published: 2, held: 0 })
    expect(cured).toEqual({ refusal: 'message-too-large', published: 1, held: 1 })
  })
})
