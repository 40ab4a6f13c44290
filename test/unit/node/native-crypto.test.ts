import { expect, it, vi } from 'vitest'

import { requireNativeCrypto } from '../../../src/node/native-crypto.js'

it('refuses a stack that fell back to JavaScript cryptography', () => {
  // What chloride itself looks at, when it is loaded for the first time.
  vi.stubEnv('CHLORIDE_JS', '1')
  expect(() => requireNativeCrypto()).toThrow(expect.objectContaining({ code: 'native-crypto-missing' }))
})
