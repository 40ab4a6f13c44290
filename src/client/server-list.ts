import { apiError, isApiErrorCode } from '../api/index.js'
import { CodedError } from '../util/index.js'

/** Patience with servers that fail: bounded everywhere, so that a caller always gets an answer. */
export interface Patience {
  /** For one request at one server. */
  readonly requestTimeoutMs: number
  /** Rounds over all servers before giving up. */
  readonly rounds: number
  /** Between rounds, doubled each time; a server's own Retry-After counts if it is longer, up to `maxDelayMs`. */
  readonly delayMs: number
  readonly maxDelayMs: number
}

export const DEFAULT_PATIENCE: Patience = Object.freeze({
  requestTimeoutMs: 10_000,
  rounds: 4,
  delayMs: 200,
  maxDelayMs: 5_000,
})

export interface Call {
  readonly path: string
  readonly method?: 'GET' | 'POST'
  readonly contentType?: string
  readonly body?: Uint8Array | string
  /** Ask the server that answers this first from now on. */
  readonly sticky?: boolean
}

/**
 * Servers that answer alike, tried in turn. The one that took the last transaction is asked first: an account's next
 * one must reach the validator that holds the one before. Reads may wander, and change nothing about that.
 */
export class ServerList {
  #preferred = 0

  constructor(
    readonly urls: readonly string[],
    readonly patience: Patience,
  ) {}

  /** The servers, the preferred one first. */
  inTurn(): string[] {
    return [...this.urls.slice(this.#preferred), ...this.urls.slice(0, this.#preferred)]
  }

  /**
   * The JSON of the first good answer. Connection failures, 503 and, since a list may name nodes of both kinds, unknown
   * routes lead to the next server; so do codes in `elsewhere`, because another one may know more. Only what may pass
   * is worth another round; so is a request beyond this client's share, at the same server.
   * @throws CodedError the server's refusal, `unreachable`, `malformed-answer`
   */
  async ask(call: Call, elsewhere: readonly string[] = []): Promise<unknown> {
    return (await this.find(call, elsewhere)).answer
  }

  /** As `ask`, and who answered. */
  async find(call: Call, elsewhere: readonly string[] = []): Promise<Found> {
    let refusal = apiError('unreachable', { servers: this.urls.length })
    let delayMs = this.patience.delayMs
    for (let round = 1; this.urls.length > 0; round++) {
      const { found, known, passing, notServed } = await this.#askEach(call, elsewhere)
      if (found) return found
      if (known) throw known
      refusal = passing ?? notServed ?? refusal
      if (!passing || round >= this.patience.rounds) break
      await pause(Math.min(Math.max(delayMs, retryAfterMs(passing)), this.patience.maxDelayMs))
      delayMs *= 2
    }
    throw refusal
  }

  async #askEach(call: Call, elsewhere: readonly string[]): Promise<Round> {
    let round: Round = {}
    for (const url of this.inTurn()) {
      try {
        const answer = await request(url, call, this.patience.requestTimeoutMs)
        if (call.sticky) this.#preferred = this.urls.indexOf(url)
        return { found: { url, answer } }
      } catch (error) {
        if (!(error instanceof CodedError)) throw error
        // Told to slow down, one slows down: the others are not asked in its place.
        if (error.code === 'too-many-requests') return { passing: error }
        if (isPassing(error)) round = { ...round, passing: error }
        else if (elsewhere.includes(error.code)) round = { ...round, known: error }
        else if (error.code === 'route-unknown') round = { ...round, notServed: error }
        else throw error
      }
    }
    return round
  }
}

export interface Found {
  readonly url: string
  readonly answer: unknown
}

/** What asking each server once came to. */
interface Round {
  readonly found?: Found
  /** A server knows, and knows too little. */
  readonly known?: CodedError
  /** A fault that may pass. */
  readonly passing?: CodedError
  /** A server that does not serve this. */
  readonly notServed?: CodedError
}

const retryAfterMs = ({ data }: CodedError): number => {
  const seconds = data['retryAfterSeconds']
  return typeof seconds === 'number' ? seconds * 1000 : 0
}

/** Is it worth asking another server, or this one again? */
export const isPassing = ({ code, data }: CodedError): boolean =>
  code === 'unreachable' || code === 'malformed-answer' || data['status'] === 503

const request = async (url: string, call: Call, timeoutMs: number): Promise<unknown> => {
  const { method = 'GET', contentType, body } = call
  const response = await fetchFrom(url, call.path, {
    method,
    signal: AbortSignal.timeout(timeoutMs),
    ...(contentType === undefined ? {} : { headers: { 'content-type': contentType } }),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
  })
  return readAnswer(url, response)
}

/** @throws CodedError `unreachable` */
export const fetchFrom = async (url: string, path: string, init: RequestInit): Promise<Response> => {
  try {
    return await fetch(new URL(path, url), { ...init, redirect: 'error' })
  } catch (cause) {
    throw apiError('unreachable', { server: url }, undefined, { cause })
  }
}

/** The answer's JSON. @throws CodedError the server's refusal, `malformed-answer`, `unreachable` if it breaks off */
export const readAnswer = async (url: string, response: Response): Promise<unknown> => {
  const json = await readJson(url, response)
  if (response.ok) return json
  throw refusalIn(json, response, url)
}

const readJson = async (url: string, response: Response): Promise<unknown> => {
  let text
  try {
    text = await response.text()
  } catch (cause) {
    throw apiError('unreachable', { server: url }, undefined, { cause })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw apiError('malformed-answer', { server: url, status: response.status }, undefined, { cause })
  }
}

const refusalIn = (json: unknown, { status, headers }: Response, server: string): CodedError => {
  const error = isRecord(json) && isRecord(json['error']) ? json['error'] : {}
  const { code, message, data } = error
  if (!isApiErrorCode(code)) return apiError('malformed-answer', { server, status })
  const seconds = Number(headers.get('retry-after') ?? NaN)
  const facts = {
    ...(isRecord(data) ? data : {}),
    server,
    status,
    ...(Number.isFinite(seconds) ? { retryAfterSeconds: seconds } : {}),
  }
  return apiError(code, facts, typeof message === 'string' ? message : undefined)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const pause = (delayMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, delayMs))
