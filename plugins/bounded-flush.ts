import type { AppendOnlyLog, SsbPlugin } from './types/index.js'
import { expectShape, load, patchOnce, replaceModule, sharesModule } from './patch.js'

/**
 * Cures D1, D2 and D3 of the substrate: the log and its indexes are written through a debounce without an upper
 * bound, so that under steady traffic nothing ever reaches the disk and whoever waits for an index waits for
 * ever. Every debounce gets an upper bound equal to its own period.
 *
 * The plugin part keeps the indexes from running ahead of the log. Live index streams read the block in memory,
 * past what is on disk; after a kill the index would then claim offsets the log does not have, and the next start
 * would hang or index wrongly (ssb-db2 issue 291).
 */
type Debounce = (action: () => void, waitMs: number, options?: { readonly maxWait?: number }) => unknown

export const installBoundedDebounce = (): void =>
  patchOnce('bounded-flush', () => {
    const original = load('lodash.debounce', 'async-append-only-log')
    expectShape('lodash.debounce', isDebounce(original))
    expectShape(
      'lodash.debounce',
      sharesModule('lodash.debounce', 'async-append-only-log', 'ssb-db2/core') &&
        sharesModule('lodash.debounce', 'async-append-only-log', 'ssb-friends'),
    )
    if (!isDebounce(original)) return
    const bounded: Debounce = (action, waitMs, options) =>
      original(action, waitMs, { maxWait: Math.max(1, waitMs), ...options })
    replaceModule('lodash.debounce', bounded, 'async-append-only-log')
  })

const isDebounce = (value: unknown): value is Debounce => {
  if (typeof value !== 'function' || value.length !== 3) return false
  const debounced: unknown = (value as Debounce)(() => undefined, 1)
  return typeof debounced === 'function' && 'cancel' in debounced && 'flush' in debounced
}

const END_FOR_NOW = -1

export const boundedFlush: SsbPlugin = {
  name: 'boundedFlush',
  version: '1.0.0',
  manifest: {},
  init(sbot) {
    keepStreamsBehindDisk(sbot.db.getLog())
    return undefined
  },
}

const keepStreamsBehindDisk = (log: AppendOnlyLog): void => {
  const original = log.getDataNextOffset
  expectShape('async-append-only-log', typeof original === 'function')
  log.getDataNextOffset = (block, offset, asRaw) => {
    const [next, value, size] = original(block, offset, asRaw)
    return [next > (log.since.value ?? -1) ? END_FOR_NOW : next, value, size]
  }
}
