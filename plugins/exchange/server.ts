import type { ClassicMessage, FeedId, MessageKey } from '../../src/feeds/index.js'
import { RateLimits } from '../../src/util/index.js'
import { parseFeeds, parseKeys, parseRange } from './arguments.js'
import type { ExchangeLimits } from './limits.js'
import { Page } from './page.js'
import { readRange } from './range.js'
import type { FeedTip, MessageStore } from './store.js'
import { WireError } from './wire-error.js'

export type Method = 'get' | 'range' | 'tips' | 'offer'

/** Called with the keys that a registered peer offers; must not wait for their messages to be fetched. */
export type OnOffer = (peer: FeedId, keys: readonly MessageKey[]) => void

export interface ExchangeServerOptions {
  /** Asked at each call: the store is opened on top of the stack that this plugin is part of. */
  readonly store: () => MessageStore
  readonly limits: ExchangeLimits
  /** Left out: the node takes no offers. */
  readonly onOffer?: OnOffer
}

/**
 * The serving side of `blockfin.*` (protocol section 4): reads only, and gives nothing that it does not hold. The
 * peer was admitted by the registry; its arguments are hostile all the same.
 */
export class ExchangeServer {
  readonly #working = new Map<FeedId, number>()
  readonly #calls: RateLimits<FeedId>

  constructor(private readonly options: ExchangeServerOptions) {
    const perSecond = options.limits.callsPerSecond
    this.#calls = new RateLimits({ perSecond, burst: 2 * perSecond, names: PEERS }, () => performance.now())
  }

  /** @throws WireError whose code the peer may see. */
  async answer(method: Method, peer: FeedId, parameters: readonly unknown[]): Promise<unknown> {
    if (!this.#calls.of(peer).take()) throw new WireError('too-fast')
    const working = this.#working.get(peer) ?? 0
    if (working >= this.options.limits.callsPerPeer) throw new WireError('busy')
    this.#working.set(peer, working + 1)
    const work = this.#work(method, peer, parameters).finally(() => this.#finished(peer))
    return within(work, this.options.limits.callMs * 2)
  }

  #finished(peer: FeedId): void {
    const left = (this.#working.get(peer) ?? 1) - 1
    if (left > 0) this.#working.set(peer, left)
    else this.#working.delete(peer)
  }

  async #work(method: Method, peer: FeedId, parameters: readonly unknown[]): Promise<unknown> {
    const { limits, onOffer } = this.options
    const store = this.options.store()
    switch (method) {
      case 'get':
        return this.#get(store, parseKeys(parameters, limits.keysPerCall))
      case 'range':
        return readRange(store, limits, parseRange(parameters))
      case 'tips':
        return readTips(store, parseFeeds(parameters, limits.feedsPerCall))
      case 'offer': {
        if (!onOffer) throw new WireError('not-offered-to')
        const keys = parseKeys(parameters, limits.keysPerCall)
        onOffer(peer, keys)
        return keys.length
      }
    }
  }

  /** Those of the messages that are held, in the order asked, as far as one page takes them. */
  async #get(store: MessageStore, keys: readonly MessageKey[]): Promise<readonly ClassicMessage[]> {
    const page = new Page(this.options.limits)
    for (const key of keys) {
      const message = await store.getByKey(key)
      if (message && !page.add(message)) break
    }
    return page.messages
  }
}

/** More than any registry has members. */
const PEERS = 1024

const readTips = (store: MessageStore, feeds: readonly FeedId[]): readonly FeedTip[] =>
  feeds.map((feed) => {
    const tip = store.tip(feed)
    return { feed, sequence: tip?.sequence ?? 0, key: tip?.key ?? null }
  })

/** The store may hang; its caller must not. The work keeps its place among the calls of the peer until it ends. */
const within = <T>(work: Promise<T>, timeoutMs: number): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new WireError('timed-out')), timeoutMs)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
