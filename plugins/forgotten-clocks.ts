import { expectShape, load, patchOnce, replaceModule } from './patch.js'

/**
 * Cures D14: replication remembers, on disk too, what each peer held when its last connection ended, and on the
 * next one speaks only of the feeds that changed since. A peer that has lost something meanwhile (a disk, or the
 * tail of its log in a crash) is not what it was, and its feeds then stall for good. Here every connection
 * exchanges whole clocks: some 58 bytes for each feed (docs/substrate.md).
 */
const MODULE = 'key-value-file-store'

interface Store {
  has(key: string): boolean
  ensure(key: string, callback: () => void): void
  get(key: string): undefined
  set(key: string, value: unknown): void
  delete(key: string): void
}

export const installForgottenClocks = (): void =>
  patchOnce('forgotten-clocks', () => {
    const original = load(MODULE, 'ssb-ebt')
    expectShape(MODULE, typeof original === 'function' && original.length === 3)
    replaceModule(MODULE, forgetfulStore, 'ssb-ebt')
  })

const forgetfulStore = (): Store => ({
  has: () => false,
  ensure: (_key, callback) => callback(),
  get: () => undefined,
  set: () => undefined,
  delete: () => undefined,
})
