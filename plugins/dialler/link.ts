import type { Peer, Sbot } from '../types/index.js'
import { type Backoff, backoffMs } from './backoff.js'
import type { Target } from './targets.js'

export type LinkState = 'connecting' | 'connected' | 'waiting' | 'stopped'

export interface LinkOptions {
  readonly conn: Sbot['conn']
  readonly target: Target
  readonly backoff: Backoff
  /** In [0, 1). */
  readonly random: () => number
  readonly onState: (link: Link) => void
}

/** A connection that lasted this long was meant. */
const STABLE_MS = 1_000

/** Keeps one connection up: dials, waits after a failure or a close, and dials again until stopped. */
export class Link {
  readonly target: Target
  /** Dials that failed in a row. */
  failures = 0
  /** Why the last dial failed; null after a success. */
  lastError: string | null = null
  #state: LinkState = 'waiting'
  #timer: NodeJS.Timeout | undefined
  #peer: Peer | undefined

  constructor(private readonly options: LinkOptions) {
    this.target = options.target
  }

  get state(): LinkState {
    return this.#state
  }

  dial(): void {
    if (this.#state === 'stopped') return
    this.#become('connecting')
    this.options.conn.connect(this.target.address, { type: 'messagenode' }, (error, peer) => {
      if (error || !peer) this.#failed(error?.message ?? 'the last connection is still closing')
      else this.#connected(peer)
    })
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#become('stopped')
    this.#peer?.close(true)
  }

  #connected(peer: Peer): void {
    if (this.#state === 'stopped') return peer.close(true)
    this.#peer = peer
    const since = performance.now()
    peer.once('closed', () => {
      this.#peer = undefined
      // A peer that accepts and closes at once is refusing us: count it, or both would spin.
      if (performance.now() - since >= STABLE_MS) this.failures = 0
      this.#redial()
    })
    this.lastError = null
    this.#become('connected')
  }

  #failed(message: string): void {
    this.lastError = message
    this.#redial()
  }

  #redial(): void {
    if (this.#state === 'stopped') return
    this.failures += 1
    const delayMs = backoffMs(this.options.backoff, this.failures, this.options.random())
    this.#timer = setTimeout(() => this.dial(), delayMs)
    this.#become('waiting')
  }

  #become(state: LinkState): void {
    if (state === this.#state) return
    this.#state = state
    this.options.onState(this)
  }
}
