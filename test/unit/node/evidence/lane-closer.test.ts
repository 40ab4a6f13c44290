import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { FeedId } from '../../../../src/feeds/index.js'
import { LaneCloser } from '../../../../src/node/evidence/lane-closer.js'
import { SignedScene } from '../../../support/evidence/index.js'
import { at } from '../../../support/protocol/index.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const scene = new SignedScene()
const lane = at(scene.lanes, 0)
const [a, b] = [1, 2].map((byte) =>
  scene.classic(
    scene.after(undefined, lane, { type: 'transaction', transactions: [new Uint8Array([byte])] }),
  ),
)

const setting = (index: number, carrier = at(scene.lanes, 1)) => {
  if (!a || !b) throw new RangeError('two branches')
  const closed = new Set<FeedId>()
  const submitted: Uint8Array[] = []
  const closer = new LaneCloser({
    carrier,
    index,
    isClosed: (feed) => closed.has(feed),
    submit: async (operation) => submitted.push(operation),
  })
  return { closer, closed, submitted, close: () => closer.close(a, b) }
}

it('orders the closing once the node may publish, each validator in its turn', async () => {
  const { closer, submitted, close } = setting(2)
  close()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(submitted).toHaveLength(0)
  closer.start()
  await vi.advanceTimersByTimeAsync(5_999)
  expect(submitted).toHaveLength(0)
  await vi.advanceTimersByTimeAsync(1)
  expect(submitted).toHaveLength(1)
  closer.stop()
})

it('says nothing when a validator before it has closed the lane', async () => {
  const { closer, closed, submitted, close } = setting(2)
  closer.start()
  close()
  closed.add(lane)
  await vi.advanceTimersByTimeAsync(600_000)
  expect(submitted).toHaveLength(0)
})

it('tries again as long as the lane is open, and then no more', async () => {
  const { closer, closed, submitted, close } = setting(0)
  closer.start()
  close()
  close()
  await vi.advanceTimersByTimeAsync(61_000)
  expect(submitted).toHaveLength(2)
  closed.add(lane)
  await vi.advanceTimersByTimeAsync(600_000)
  expect(submitted).toHaveLength(2)
})

it('leaves the closing of its own lane to the others', async () => {
  const { closer, submitted, close } = setting(0, lane)
  closer.start()
  close()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(submitted).toHaveLength(0)
})
