import { describe, expect, it, vi } from 'vitest'
import type { EventStream } from '../../../src/http/event-stream.js'
import { followBlock } from '../../../src/http/follow.js'
import { TestAccount } from '../../support/account.js'
import { fixtureWith, richAccount, serveView } from '../../support/serving.js'

describe('following a block', () => {
  it('misses nothing that happens while the past is being read', async () => {
    const chain = fixtureWith()
    const { view } = await serveView(chain)
    const sent: string[] = []
    let closed = false
    const stream: EventStream = {
      get closed() {
        return closed
      },
      send: (name) => void sent.push(name),
      end: () => void (closed = true),
    }
    let release: () => void = () => {}
    const gate = new Promise<void>((resolve) => (release = resolve))
    vi.spyOn(view, 'blockSteps').mockImplementationOnce(async () => {
      await gate
      return []
    })
    followBlock(view, 1, () => stream)
    chain.publish(0, [richAccount().transfer(chain.network.chainId, new TestAccount('poor').id, 5n)])
    chain.decide()
    chain.seal()
    await view.settled()
    expect(sent).toEqual([])
    release()
    await vi.waitFor(() => expect(closed).toBe(true))
    expect(sent).toEqual(['committed', 'sealed'])
  })
})
