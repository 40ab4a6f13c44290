import { expect, it } from 'vitest'

import { measureCatchUp } from '../bench/catch-up.js'

/** The quick form of `npm run bench catch-up`: the bound is a sixteenth of the figure, for machines under load. */
it('a member that comes late catches up under traffic, far faster than traffic comes', async () => {
  const { messagesPerSecond, arrivedMeanwhile } = await measureCatchUp(4_000)
  expect(messagesPerSecond).toBeGreaterThan(250)
  expect(arrivedMeanwhile).toBeGreaterThan(0)
}, 60_000)
