import type { FastifyInstance, FastifyRequest } from 'fastify'
import { apiError } from '../api/index.js'
import { CodedError } from '../util/index.js'

/**
 * Who may call what over HTTP, in one table. A route that is not in it cannot be added to a server, so that nothing
 * is ever served without somebody having said to whom.
 *
 * - `read`: anyone who reaches the port. What is served is public to members, or proves itself to strangers.
 * - `submit`: anyone who reaches the port; the transaction's own signature says whose it is.
 * - `operator`: this machine, and the addresses that `operators` of `node.json` names. Never what a proxy passes on.
 */
export type Access = 'read' | 'submit' | 'operator'

export const ROUTE_ACCESS = {
  'GET /v1/transactions/:hash': 'read',
  'GET /v1/blocks/:height': 'read',
  'GET /v1/status': 'read',
  'GET /v1/health': 'read',
  'GET /v1/events': 'read',
  'GET /v1/accounts/:account': 'read',
  'GET /v1/evidence': 'read',
  'GET /v1/evidence/:hash': 'read',
  'GET /v1/certificates/:stage/:height': 'read',
  'GET /v1/proofs/transactions/:hash': 'read',
  'GET /v1/proofs/accounts/:account': 'read',
  'POST /v1/transactions': 'submit',
  'POST /v1/transactions/batch': 'submit',
  'GET /metrics': 'operator',
} as const satisfies Readonly<Record<string, Access>>

/** Makes every route of the server obey the table. @throws CodedError `route-without-access` when one is added */
export const enforceAccess = (server: FastifyInstance, operators: readonly string[]): void => {
  const known = new Set(operators)
  server.addHook('onRoute', (route) => {
    const methods = [route.method].flat()
    const missing = methods.find((method) => accessOf(method, route.url) === undefined)
    if (missing === undefined) return
    throw new CodedError('route-without-access', `no access is stated for ${missing} ${route.url}`)
  })
  server.addHook('onRequest', async (request) => {
    const { url } = request.routeOptions
    if (url === undefined || accessOf(request.method, url) !== 'operator') return
    if (!isOperator(request, known)) throw apiError('forbidden')
  })
}

/** Fastify answers HEAD wherever it answers GET. */
const accessOf = (method: string, url: string): Access | undefined => {
  const name = `${method === 'HEAD' ? 'GET' : method} ${url}`
  return Object.hasOwn(ROUTE_ACCESS, name) ? ROUTE_ACCESS[name as keyof typeof ROUTE_ACCESS] : undefined
}

/** A proxy on this machine speaks for strangers, and says so by these headers. */
const PROXIED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via']

const isOperator = ({ headers, socket }: FastifyRequest, known: ReadonlySet<string>): boolean => {
  if (PROXIED.some((name) => headers[name] !== undefined)) return false
  const address = addressOf(socket.remoteAddress)
  return known.has(address) || address === '::1' || address.startsWith('127.')
}

/** IPv4 as such, however the socket words it; empty once the socket is gone. */
export const addressOf = (address: string | undefined): string => (address ?? '').replace(/^::ffff:/, '')
