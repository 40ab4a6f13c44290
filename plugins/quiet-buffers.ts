import { patchOnce } from './patch.js'

/**
 * The stack's cryptography calls `Buffer()` without `new`, which is deprecated. For each of the first ten thousand calls
 * Node takes a stack trace to see whether to warn of it: six of a hundred samples of a node's first half minute. Warned
 * once, with warnings off, it looks no more.
 */
export const installQuietBuffers = (): void =>
  patchOnce('quiet-buffers', () => {
    const { noDeprecation } = process
    process.noDeprecation = true
    Reflect.apply(Buffer, undefined, [0])
    process.noDeprecation = noDeprecation ?? false
  })
