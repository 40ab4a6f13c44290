import type { FastifyInstance } from 'fastify'
import type { Socket } from 'node:net'
import { apiError } from '../api/index.js'
import { RateLimits } from '../util/index.js'
import { addressOf } from './access.js'

/**
 * What one address may take of a server, so that the others are served. Whoever stands behind a proxy shares its
 * address: raise the limits there (docs/operating.md).
 */
export interface ClientLimits {
  readonly connectionsPerAddress: number
  /** Units that an address may spend in a second, and twice as many at once; most requests cost one. */
  readonly requestsPerSecond: number
}

/** Routes that read a whole block, or make a proof, or collect every metric. */
const COSTS: Readonly<Record<string, number>> = {
  '/v1/blocks/:height': 10,
  '/v1/proofs/transactions/:hash': 10,
  '/v1/proofs/accounts/:account': 10,
  '/v1/transactions/batch': 10,
  '/v1/events': 10,
  '/metrics': 10,
}

/** Addresses whose spending is remembered; a crowd of more is bounded by the connections alone. */
const ADDRESSES = 10_000

export const enforceClientLimits = (server: FastifyInstance, limits: ClientLimits): void => {
  server.server.on('connection', countConnections(limits.connectionsPerAddress))

  const perSecond = limits.requestsPerSecond
  const spending = new RateLimits<string>({ perSecond, burst: 2 * perSecond, names: ADDRESSES }, () =>
    performance.now(),
  )
  server.addHook('onRequest', async (request) => {
    const cost = COSTS[request.routeOptions.url ?? ''] ?? 1
    if (spending.of(addressOf(request.socket.remoteAddress)).take(cost)) return
    throw apiError('too-many-requests', { retryAfterSeconds: 1 })
  })
}

/** Hangs up on a connection too many of its address. */
const countConnections = (limit: number): ((socket: Socket) => void) => {
  const open = new Map<string, number>()
  return (socket) => {
    const address = addressOf(socket.remoteAddress)
    const count = (open.get(address) ?? 0) + 1
    if (count > limit) return void socket.destroy()
    open.set(address, count)
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1
      if (left > 0) open.set(address, left)
      else open.delete(address)
    })
  }
}
