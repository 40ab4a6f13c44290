import { expect, it } from 'vitest'

import { measureRetained } from '../bench/retained.js'

/**
 * The quick form of `npm run bench retained`. The first stretch fills the caches; what the stack as shipped keeps of
 * each message, on each of the two members, is 2,000 bytes.
 */
it('keeps next to nothing of a message in memory, and no file open', async () => {
  const { bytesPerMessage, handles } = await measureRetained(11_000, 5_000)
  expect(bytesPerMessage).toBeLessThan(300)
  expect(handles[1]).toBeLessThanOrEqual(handles[0] + 2)
}, 90_000)
