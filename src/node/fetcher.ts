import type { FeedId, FeedMessage } from '../feeds/index.js'
import type { Millis, Want } from '../protocol/index.js'

export interface FetcherPorts {
  readonly wants: () => readonly Want[]
  /** Main ids of the members with a live link. */
  readonly peers: () => readonly FeedId[]
  /** Asks one peer; gives what it had, verified. */
  readonly ask: (peer: FeedId, want: Want) => Promise<readonly FeedMessage[]>
  readonly deliver: (messages: readonly FeedMessage[]) => void
}

/** Replication mostly brings what is wanted within this time, and then nothing need be asked. */
const GRACE_MS = 25
const RETRY_MS = 200

/** Asks for everything the core wants until it is there: one peer after the other, the likeliest first. */
export class Fetcher {
  readonly #attempts = new Map<string, { count: number; busy: boolean }>()
  #timer: NodeJS.Timeout | null = null
  #stopped = false

  constructor(private readonly ports: FetcherPorts) {}

  /** Something is newly wanted. */
  wake(): void {
    this.#schedule(GRACE_MS)
  }

  stop(): void {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
  }

  #schedule(delayMs: Millis): void {
    if (this.#stopped || this.#timer) return
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#askAll()
    }, delayMs)
  }

  #askAll(): void {
    const wants = this.ports.wants()
    const names = new Set(wants.map(nameOf))
    for (const name of this.#attempts.keys()) if (!names.has(name)) this.#attempts.delete(name)
    for (const want of wants) this.#askFor(want)
    if (wants.length > 0) this.#schedule(RETRY_MS)
  }

  #askFor(want: Want): void {
    const attempt = this.#attempts.get(nameOf(want)) ?? { count: 0, busy: false }
    this.#attempts.set(nameOf(want), attempt)
    const live = this.ports.peers()
    const likely = want.from.filter((peer) => live.includes(peer))
    // Those named hold it if they are honest; when none of them gave it, anyone may.
    const peers = [...likely, ...live.filter((peer) => !likely.includes(peer))]
    const peer = peers[attempt.count % Math.max(1, peers.length)]
    if (attempt.busy || peer === undefined) return
    attempt.busy = true
    attempt.count++
    this.ports
      .ask(peer, want)
      .then(
        (messages) => this.ports.deliver(messages),
        () => undefined,
      )
      .finally(() => {
        attempt.busy = false
      })
  }
}

const nameOf = (want: Want): string => (want.kind === 'message' ? want.key : want.tip)
