import { Agent, type IncomingMessage, request } from 'node:http'

import { clientError } from './codes.js'

/** One request, one answer, over connections that are kept and made anew as needed. */

export interface Endpoint {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}

export interface TransportOptions extends Endpoint {
  /** For a whole answer. */
  readonly timeoutMs: number
  /** A larger answer is no answer. */
  readonly maxAnswerBytes: number
  /** Connections at once; more requests wait for one. */
  readonly connections: number
}

export interface HttpAnswer {
  readonly status: number
  readonly text: string
}

export interface Transport {
  /** @throws CodedError `ocean-unreachable`, `ocean-timeout`, `ocean-malformed-answer` */
  post(body: string): Promise<HttpAnswer>
  close(): void
}

/** An idle connection is given up before a node does so, which could meet a request on its way. */
const IDLE_MS = 10_000

export const createTransport = (options: TransportOptions): Transport => {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections, timeout: IDLE_MS })
  const authorization = `Basic ${Buffer.from(`${options.user}:${options.password}`).toString('base64')}`
  return {
    post: (body) => post(options, agent, authorization, body),
    close: () => agent.destroy(),
  }
}

const post = (
  { host, port, timeoutMs, maxAnswerBytes }: TransportOptions,
  agent: Agent,
  authorization: string,
  body: string,
): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const fail = (cause: Error): void =>
      reject(clientError(signal.aborted ? 'ocean-timeout' : 'ocean-unreachable', { host, port }, { cause }))
    const headers = {
      authorization,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    }
    const sent = request({ host, port, agent, signal, headers, method: 'POST', path: '/' })
    sent.once('error', fail)
    sent.once('response', (response) => {
      collect(response, maxAnswerBytes).then((text) => {
        if (text !== null) resolve({ status: response.statusCode ?? 0, text })
        else reject(clientError('ocean-malformed-answer', { host, port, maxAnswerBytes }))
      }, fail)
    })
    sent.end(body)
  })

/** Null if it is too large. */
const collect = async (response: IncomingMessage, maxBytes: number): Promise<string | null> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
