import type { FeedId, FeedMessage, MessageKey } from '../feeds/index.js'
import type { Link } from './link.js'

/** Replication mostly brings an offered certificate within this time. */
const GRACE_MS = 40
/** Offers of one peer that wait at the same time; more are dropped, and come again when it reconnects. */
const WAITING_PER_PEER = 256

/** What is asked of the link: what is held already, and what the peer that offers can show. */
export type OfferLink = Pick<Link, 'ask'> & { readonly substrate: Pick<Link['substrate'], 'getByKey'> }

/** Fetches certificates that validators offer outside the feeds (`blockfin.offer`, protocol section 4). */
export class Offers {
  readonly #waiting = new Map<FeedId, number>()

  constructor(
    private readonly link: () => OfferLink,
    private readonly deliver: (messages: readonly FeedMessage[]) => void,
  ) {}

  take(peer: FeedId, keys: readonly MessageKey[]): void {
    const waiting = this.#waiting.get(peer) ?? 0
    if (waiting + keys.length > WAITING_PER_PEER) return
    this.#waiting.set(peer, waiting + keys.length)
    setTimeout(() => {
      this.#fetch(peer, keys)
        .catch(() => undefined)
        .finally(() => this.#waiting.set(peer, (this.#waiting.get(peer) ?? 0) - keys.length))
    }, GRACE_MS)
  }

  async #fetch(peer: FeedId, keys: readonly MessageKey[]): Promise<void> {
    const link = this.link()
    for (const key of keys) {
      if (await link.substrate.getByKey(key)) continue
      this.deliver(await link.ask(peer, { kind: 'message', key, from: [peer] }))
    }
  }
}
