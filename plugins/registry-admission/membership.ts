import type { Registry } from '../../src/roles/index.js'

/**
 * The registry as it stands now, for the plugins that act on it while the network runs: who may connect, whom
 * to dial, which feeds to request. A registry value never changes; a set change brings the next one.
 */
export interface Membership {
  current(): Registry
  /** Calls `listener` after every set change; returns what ends that. */
  onChange(listener: (registry: Registry) => void): () => void
}

/** The one writable end of a {@link Membership}: the node holds it and hands it on as a `Membership`. */
export class LiveMembership implements Membership {
  readonly #listeners = new Set<(registry: Registry) => void>()
  #registry: Registry

  constructor(registry: Registry) {
    this.#registry = registry
  }

  current(): Registry {
    return this.#registry
  }

  onChange(listener: (registry: Registry) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  update(registry: Registry): void {
    this.#registry = registry
    for (const listener of [...this.#listeners]) listener(registry)
  }
}
