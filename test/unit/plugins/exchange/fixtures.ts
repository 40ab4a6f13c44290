import { createExchangeClient, exchange, type ExchangeOptions } from '../../../../plugins/exchange/index.js'
import type { ExchangePeer, Method } from '../../../../plugins/exchange/index.js'
import type { Sbot } from '../../../../plugins/types/index.js'
import type { FeedId } from '../../../../src/feeds/index.js'
import { registryOf, verifyBytes } from '../../../../src/roles/index.js'
import { generateNodeIdentity } from '../../../../src/roles/index.js'
import { assert } from '../../../../src/util/index.js'
import { seedOf, testNetwork } from '../../../support/network.js'

export const network = testNetwork({ validators: 2, messagenodes: 2, observers: 1 })
export const registry = registryOf(network.network)
export const stranger = generateNodeIdentity(seedOf('stranger'))

const [validator] = network.members
assert(validator, 'the test network has members')
export const author = validator.owner
const [lane] = validator.roles
assert(lane, 'a validator has roles')
export const laneKeys = lane

export const client = createExchangeClient({
  admits: (feed) => registry.placeOf(feed) !== undefined,
  verify: verifyBytes,
  timeoutMs: 500,
})

type RemoteMethod = (this: { id: unknown }, ...parameters: unknown[]) => void

/** The methods as muxrpc would call them: with JSON in between, and the caller's identity as `this`. */
export const serve = (options: ExchangeOptions, caller: FeedId = author.id): ExchangePeer => {
  const served = exchange(options).init({} as Sbot, {}, {}) as Record<Method, RemoteMethod>
  const method =
    (name: Method) =>
    (...parameters: unknown[]): void => {
      const callback = parameters.pop() as (error: unknown, value?: unknown) => void
      const sent = JSON.parse(JSON.stringify(parameters)) as unknown[]
      served[name].call({ id: caller }, ...sent, (error: Error | null, value: unknown) => {
        if (error) callback({ name: error.name, message: error.message, stack: error.stack })
        else callback(null, JSON.parse(JSON.stringify(value)))
      })
    }
  return {
    id: author.id,
    blockfin: { get: method('get'), range: method('range'), tips: method('tips'), offer: method('offer') },
  }
}

export const call = (peer: ExchangePeer, method: Method, ...parameters: unknown[]): Promise<unknown> =>
  new Promise((resolve, reject) => {
    peer.blockfin[method](...parameters, (error: unknown, value: unknown) => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what the wire carries
      if (error) reject(error)
      else resolve(value)
    })
  })

/** A peer that answers every call with this, whatever was asked. */
export const liar = (reply: unknown): ExchangePeer => {
  const method = (...parameters: unknown[]): void => {
    const callback = parameters.pop() as (error: null, value: unknown) => void
    callback(null, JSON.parse(JSON.stringify(reply)))
  }
  return { id: author.id, blockfin: { get: method, range: method, tips: method, offer: method } }
}
