import type { ChainEffect } from '../chain-store/index.js'
import type { ChainState } from '../protocol/index.js'

/**
 * The chain's state as of the newest sealed block: only that one can be proved to a stranger. Between
 * execution and seal at most the open window of heights waits (protocol section 5), and states share their structure.
 */
export class SealedStates<State> {
  readonly #executed = new Map<number, ChainState<State>>()
  readonly #sealed = new Set<number>()
  #newest: { readonly height: number; readonly state: ChainState<State> } | null

  /** @param origin where the node started; genesis is proved by the network file and by no seal. */
  constructor(origin: { readonly height: number; readonly state: ChainState<State> }) {
    this.#newest = origin.height > 0 ? origin : null
  }

  get newest(): { readonly height: number; readonly state: ChainState<State> } | null {
    return this.#newest
  }

  note(effect: ChainEffect<State>): void {
    if (effect.kind === 'executed') this.#executed.set(effect.block.height, effect.block.state)
    if (effect.kind === 'sealed') this.#sealed.add(effect.height)
    const height = effect.kind === 'executed' ? effect.block.height : effect.height
    const state = this.#executed.get(height)
    if (state === undefined || !this.#sealed.has(height)) return
    if (this.#newest === null || height > this.#newest.height) this.#newest = { height, state }
    for (const known of this.#executed.keys()) if (known <= height) this.#executed.delete(known)
    for (const known of this.#sealed) if (known <= height) this.#sealed.delete(known)
  }
}
