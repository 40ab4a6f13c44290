import { createRequire } from 'node:module'

import { CodedError } from '../util/index.js'

/**
 * The SSB stack falls back to JavaScript cryptography with nothing but a warning when its native library does not
 * load: a twentieth of the speed. Refused here.
 *
 * @throws CodedError `native-crypto-missing`
 */
export const requireNativeCrypto = (): void => {
  const here = createRequire(import.meta.url)
  const stack = createRequire(here.resolve('ssb-keys'))
  try {
    if (stack('chloride') === stack('chloride/bindings')) return
  } catch (cause) {
    throw new CodedError('native-crypto-missing', 'sodium-native does not load', {}, { cause })
  }
  throw new CodedError('native-crypto-missing', 'the SSB stack runs on slow JavaScript cryptography')
}
