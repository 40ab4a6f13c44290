import { expect, it } from 'vitest'

import { requireNativeCrypto } from '../../../src/node/native-crypto.js'

it('is content with the native library', () => {
  expect(() => requireNativeCrypto()).not.toThrow()
})
