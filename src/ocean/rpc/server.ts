import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, BlockList, isIP } from 'node:net'

import { CodedError } from '../../util/index.js'
import { answer, type Dispatcher } from './dispatch.js'
import { type Credentials, isAuthorized } from './credentials.js'
import { readBody } from './body.js'

/** JSON-RPC over HTTP, header for header as a real node serves it. */

export interface RpcServerOptions {
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  readonly credentials: Credentials
  /** Addresses and subnets, beside this machine's own, that may call. */
  readonly allowed: readonly string[]
  readonly limits: RpcLimits
}

export interface RpcLimits {
  readonly bodyBytes: number
  readonly requestTimeoutMs: number
  /** Requests that are worked on or wait for it; one more is refused. */
  readonly requests: number
  readonly connections: number
  /** Before wrong credentials are refused, so that they cannot be guessed quickly. */
  readonly refusalDelayMs: number
}

/** Those of a real node, but for the number of connections, which it leaves to the system. */
export const DEFAULT_RPC_LIMITS: RpcLimits = Object.freeze({
  bodyBytes: 32 * 1024 * 1024,
  requestTimeoutMs: 30_000,
  requests: 20,
  connections: 256,
  refusalDelayMs: 250,
})

export interface RpcServer {
  readonly host: string
  readonly port: number
  close(): Promise<void>
}

/** @throws CodedError `ocean-listen-failed` */
export const serveRpc = async <Context>(
  dispatcher: Dispatcher<Context>,
  options: RpcServerOptions,
): Promise<RpcServer> => {
  const gate = new Gate(options)
  const server = createServer(timeoutsOf(options.limits), (request, response) => {
    handle(dispatcher, options, gate, request, response).catch(dispatcher.onInternalError)
  })
  server.maxConnections = options.limits.connections
  await listen(server, options)
  const { port } = server.address() as AddressInfo
  return { host: options.host, port, close: () => close(server) }
}

/** A connection that says nothing for so long is closed, as a real node does. */
const timeoutsOf = ({ requestTimeoutMs }: RpcLimits) => ({
  requestTimeout: requestTimeoutMs,
  headersTimeout: requestTimeoutMs,
  keepAliveTimeout: requestTimeoutMs,
  connectionsCheckingInterval: Math.ceil(requestTimeoutMs / 4),
})

/** Who may come in, and how many at once. */
class Gate {
  readonly #allowed = new BlockList()
  #busy = 0

  constructor(private readonly options: RpcServerOptions) {
    this.#allowed.addSubnet('127.0.0.0', 8, 'ipv4')
    this.#allowed.addAddress('::1', 'ipv6')
    for (const subnet of options.allowed) allow(this.#allowed, subnet)
  }

  admits(address: string): boolean {
    const plain = address.replace(/^::ffff:/, '')
    return this.#allowed.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
  }

  async whileBusy(work: () => Promise<void>): Promise<boolean> {
    if (this.#busy >= this.options.limits.requests) return false
    this.#busy++
    try {
      await work()
    } finally {
      this.#busy--
    }
    return true
  }
}

/** @throws CodedError `ocean-subnet-malformed` */
const allow = (list: BlockList, subnet: string): void => {
  const [address = '', bits] = subnet.split('/')
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  try {
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  } catch (cause) {
    throw new CodedError('ocean-subnet-malformed', `"${subnet}" is no address or subnet`, {}, { cause })
  }
}

const handle = async <Context>(
  dispatcher: Dispatcher<Context>,
  options: RpcServerOptions,
  gate: Gate,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { limits, credentials } = options
  if (!gate.admits(request.socket.remoteAddress ?? '')) return plain(response, 403)
  if (request.url !== '/') return plain(response, 404)
  if (request.method !== 'POST') return plain(response, 405, 'JSONRPC server handles only POST requests')
  const { authorization } = request.headers
  if (authorization === undefined) return unauthorized(response)
  if (!isAuthorized(authorization, credentials)) {
    await pause(limits.refusalDelayMs)
    return unauthorized(response)
  }
  const body = await readBody(request, limits.bodyBytes)
  if (body === 'gone') return
  if (body === 'too-large') {
    // The rest of it is not read, so nothing else can come on this connection.
    response.shouldKeepAlive = false
    return plain(response, 413)
  }
  const served = await gate.whileBusy(async () => {
    const { status, body: text } = await answer(dispatcher, body.text)
    send(response, status, [['Content-Type', 'application/json'], dateNow(), lengthOf(text)], text)
  })
  if (!served) plain(response, 500, 'Work queue depth exceeded')
}

type Header = readonly [string, string]

const HTML: Header = ['Content-Type', 'text/html; charset=ISO-8859-1']

/** What comes from the HTTP library of a real node. */
const plain = (response: ServerResponse, status: number, text = ''): void =>
  send(response, status, [dateNow(), lengthOf(text), HTML], text)

const unauthorized = (response: ServerResponse): void =>
  send(response, 401, [['WWW-Authenticate', 'Basic realm="jsonrpc"'], dateNow(), lengthOf(''), HTML], '')

const dateNow = (): Header => ['Date', new Date().toUTCString()]

const lengthOf = (text: string): Header => ['Content-Length', String(Buffer.byteLength(text))]

const send = (response: ServerResponse, status: number, headers: readonly Header[], text: string): void => {
  // A real node says nothing about the connection, which stays open all the same.
  response.removeHeader('Connection')
  response.writeHead(status, headers.flat())
  response.end(text)
}

const listen = (server: Server, { host, port }: RpcServerOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reason = cause.code ?? 'unknown'
      reject(
        new CodedError(
          'ocean-listen-failed',
          `cannot listen on ${host}:${port} (${reason})`,
          { host, port, reason },
          { cause },
        ),
      )
    })
    server.listen(port, host, resolve)
  })

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs))
