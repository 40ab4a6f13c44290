import { expectShape, load, patchOnce, replaceModule } from './patch.js'

/**
 * Cures D17: the log keeps the blocks of 64 KiB that it has written or read, up to two thousand of them. So a node's
 * memory grows by the size of every message for its first hundred thousand messages and more, up to 128 MiB for each
 * log. What replication and consensus read is recent, and held as messages already (`recent-messages.ts`); what is
 * read in bulk is read in order. 8 MiB serve both, and
 * far exceed what waits to be written.
 */
const MODULE = '@alloc/quick-lru'

/** The cache holds up to twice as many. */
const BLOCKS = 64

type LruClass = new (options: { readonly maxSize: number }) => object

export const installSmallBlockCache = (): void =>
  patchOnce('small-block-cache', () => {
    const original = load(MODULE, 'async-append-only-log')
    expectShape(MODULE, isLruClass(original))
    if (!isLruClass(original)) return
    class SmallLru extends original {
      constructor({ maxSize }: { readonly maxSize: number }) {
        super({ maxSize: Math.min(BLOCKS, maxSize) })
      }
    }
    replaceModule(MODULE, SmallLru, 'async-append-only-log')
  })

const isLruClass = (value: unknown): value is LruClass =>
  typeof value === 'function' &&
  ['get', 'set', 'has', 'delete'].every((name) => name in Object(value.prototype))
