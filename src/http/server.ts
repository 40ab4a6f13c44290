import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify'
import type { Socket } from 'node:net'
import { apiError, type ApiErrorCode, replyOf } from '../api/index.js'
import { CodedError } from '../util/index.js'
import { enforceAccess } from './access.js'
import { type ClientLimits, enforceClientLimits } from './client-limits.js'
import type { EventStreamLimits } from './event-stream.js'

/**
 * The shell of every HTTP API: limits, and one shape for every error. Whatever goes wrong, from a broken request
 * line to our own bug, the answer is `{error: {code, message, data}}` and never a word of the inside.
 */
export interface ServerOptions {
  readonly limits?: Partial<ServerLimits>
  readonly streams?: Partial<EventStreamLimits>
  /** Addresses, beside this machine's own, that may call the operator's routes. */
  readonly operators?: readonly string[]
  /** Hears of every error that is ours, for the log. */
  readonly onInternalError?: (error: unknown) => void
}

export interface ServerLimits extends ClientLimits {
  readonly bodyBytes: number
  /** For a whole request to arrive, and for a new connection to send its first. */
  readonly requestTimeoutMs: number
  readonly keepAliveTimeoutMs: number
  /** For a client to take any of its answer. */
  readonly unreadTimeoutMs: number
  readonly headerBytes: number
  readonly connections: number
}

export const DEFAULT_LIMITS: ServerLimits = Object.freeze({
  bodyBytes: 4 * 1024 * 1024,
  requestTimeoutMs: 15_000,
  keepAliveTimeoutMs: 60_000,
  unreadTimeoutMs: 60_000,
  headerBytes: 16 * 1024,
  connections: 1000,
  connectionsPerAddress: 256,
  requestsPerSecond: 2000,
})

export const createServer = (options: ServerOptions = {}): FastifyInstance => {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const onInternalError = options.onInternalError ?? (() => {})
  const fail = (error: unknown, reply: FastifyReply): FastifyReply => {
    const coded = translate(error)
    if (coded === null) onInternalError(error)
    return sendError(reply, coded ?? apiError('internal'))
  }
  const server = Fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    connectionTimeout: limits.unreadTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    forceCloseConnections: true,
    http: {
      headersTimeout: limits.requestTimeoutMs,
      maxHeaderSize: limits.headerBytes,
      // How often a slow request is looked for; as shipped every 30 s, whatever the time allowed.
      connectionsCheckingInterval: Math.ceil(limits.requestTimeoutMs / 4),
    },
    return503OnClosing: false,
    routerOptions: { maxParamLength: 128 },
    frameworkErrors: (error, _request, reply) => void fail(error, reply),
    clientErrorHandler: refuseConnection,
  })
  server.server.maxConnections = limits.connections
  enforceClientLimits(server, limits)
  enforceAccess(server, options.operators ?? [])
  server.setErrorHandler((error, _request, reply) => fail(error, reply))
  server.setNotFoundHandler((_request, reply) => fail(apiError('route-unknown'), reply))
  server.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  )
  server.removeContentTypeParser('text/plain')
  return server
}

export const sendError = (reply: FastifyReply, error: CodedError): FastifyReply => {
  const { status, body, retryAfterSeconds } = replyOf(error)
  if (retryAfterSeconds !== null) reply.header('retry-after', String(Math.ceil(retryAfterSeconds)))
  return reply.code(status).type('application/json').send(JSON.stringify(body))
}

/** Null for what is our own fault. */
const translate = (error: unknown): CodedError | null => {
  if (error instanceof CodedError) return replyOf(error).body.error.code === error.code ? error : null
  const { code, statusCode } = error as Partial<FastifyError>
  const known = code === undefined ? undefined : FASTIFY_CODES[code]
  if (known !== undefined) return apiError(known)
  const clientsFault = statusCode !== undefined && statusCode >= 400 && statusCode < 500
  return clientsFault ? apiError('malformed-request') : null
}

const FASTIFY_CODES: Readonly<Record<string, ApiErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-json',
}

/** Errors below HTTP: there is no request to reply to, only a socket. */
const refuseConnection = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { status, body } = replyOf(apiError(CONNECTION_CODES[error.code ?? ''] ?? 'malformed-request'))
  const text = JSON.stringify(body)
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status] ?? 'Bad Request'}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`)
}

const CONNECTION_CODES: Readonly<Record<string, ApiErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
}

const REASONS: Readonly<Record<number, string>> = {
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
}
