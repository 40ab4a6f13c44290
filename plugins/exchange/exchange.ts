import type { FeedId } from '../../src/feeds/index.js'
import { isFeedId } from '../../src/feeds/index.js'
import type { SsbPlugin } from '../types/index.js'
import { EXCHANGE_LIMITS, type ExchangeLimits } from './limits.js'
import { ExchangeServer, type Method, type OnOffer } from './server.js'
import type { MessageStore } from './store.js'
import { toWire, WireError } from './wire-error.js'

/**
 * The RPC between registered peers: `blockfin.get(keys)`, `range(feed, fromSequence, tipKey)`, `tips(feeds)` and
 * `offer(keys)` (protocol section 4). Who may call which is decided by the table of registry-admission.
 */
export const exchange = ({
  store,
  onOffer,
  onFailure,
  limits = EXCHANGE_LIMITS,
}: ExchangeOptions): SsbPlugin => ({
  name: 'blockfin',
  version: '1.0.0',
  manifest: { get: 'async', range: 'async', tips: 'async', offer: 'async' },

  init() {
    const server = new ExchangeServer({ store, limits, ...(onOffer && { onOffer }) })
    const method = (name: Method) =>
      function (this: Caller, ...parameters: unknown[]): void {
        // muxrpc appends the callback to whatever the peer sent.
        const callback = parameters.pop() as Answer
        const peer = this.id
        if (!isFeedId(peer)) return callback(toWire(new WireError('malformed-arguments')))
        server.answer(name, peer, parameters).then(
          (value) => callback(null, value),
          (error: unknown) => {
            if (!(error instanceof WireError)) onFailure?.(name, error)
            callback(toWire(error))
          },
        )
      }
    return { get: method('get'), range: method('range'), tips: method('tips'), offer: method('offer') }
  },
})

/** muxrpc calls with the authenticated identity of the peer as `this.id`. */
interface Caller {
  readonly id?: FeedId
}

type Answer = (error: Error | null, value?: unknown) => void

export interface ExchangeOptions {
  /** Asked at each call: the store is opened on top of the stack that this plugin is part of. */
  readonly store: () => MessageStore
  readonly onOffer?: OnOffer
  /** Told when a call failed by a fault of this node; its peer learns no more than `internal`. */
  readonly onFailure?: (method: Method, error: unknown) => void
  readonly limits?: ExchangeLimits
}
