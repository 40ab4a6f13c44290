import { createRequire } from 'node:module'

import { CodedError } from '../src/util/index.js'

/**
 * Replaces parts of CommonJS packages in Node's module cache. Three defects of the SSB stack sit in modules that
 * offer no hook, so they are replaced before anything else loads them; whatever no longer looks as it did when
 * the cure was written fails at once instead of curing nothing.
 */
const require = createRequire(import.meta.url)

/** Packages that bind the patched functions when they are loaded: nothing helps afterwards. */
const CONSUMERS = ['ssb-db2/core', 'async-append-only-log', 'ssb-classic', 'muxrpc']

const applied = new Set<string>()

/** Runs a patch once per process. @throws CodedError `patch-too-late` if the stack is already loaded. */
export const patchOnce = (name: string, patch: () => void): void => {
  if (applied.has(name)) return
  // Node puts a CommonJS module that an ES module imports into the cache before it runs it.
  const loaded = CONSUMERS.filter((consumer) => require.cache[require.resolve(consumer)]?.loaded)
  if (loaded.length > 0) {
    throw new CodedError('patch-too-late', `${name} must be installed before the SSB stack is loaded`, {
      loaded,
    })
  }
  patch()
  applied.add(name)
}

/** @throws CodedError `patch-mismatch` */
export const expectShape = (module: string, holds: boolean): void => {
  if (holds) return
  throw new CodedError('patch-mismatch', `${module} is not what its cure was written for`, { module })
}

/** The exports of a package, as seen from `from` (another package), or from here. */
export const load = (module: string, from?: string): unknown => requireFrom(from)(module)

/** Every later `require` of the module gets `exports` instead. */
export const replaceModule = (module: string, exports: unknown, from?: string): void => {
  const scoped = requireFrom(from)
  scoped(module)
  const entry = require.cache[scoped.resolve(module)]
  expectShape(module, entry !== undefined)
  if (entry !== undefined) entry.exports = exports
}

/** Do two packages share one copy of a module? */
export const sharesModule = (module: string, from: string, other: string): boolean =>
  requireFrom(from).resolve(module) === requireFrom(other).resolve(module)

const requireFrom = (from?: string): NodeJS.Require =>
  from === undefined ? require : createRequire(require.resolve(from))
