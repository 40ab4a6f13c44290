import { setTimeout as pause } from 'node:timers/promises'

import { CodedError, isCoded } from '../../util/index.js'
import {
  integer,
  isArray,
  isNumber,
  isObject,
  type Json,
  type JsonObject,
  readJson,
  writeJson,
} from '../json/index.js'
import { clientError, refusal } from './codes.js'
import { createTransport, type Endpoint, type HttpAnswer, type Transport } from './transport.js'

/** Calls by name, with patience for a node that is starting, busy or gone for a while. */

export interface CallerOptions extends Endpoint {
  readonly timeoutMs?: number
  readonly maxAnswerBytes?: number
  readonly connections?: number
  /** Tries of a call that may be repeated, the first one included. */
  readonly tries?: number
  /** Before the second try, doubled for each one after it. */
  readonly delayMs?: number
  readonly maxDelayMs?: number
  /** Which calls may be repeated though it is unknown whether the node did them already. */
  readonly repeat?: 'harmless' | 'all' | 'none'
}

const DEFAULTS = {
  timeoutMs: 30_000,
  maxAnswerBytes: 256 * 1024 * 1024,
  connections: 8,
  tries: 4,
  delayMs: 100,
  maxDelayMs: 5_000,
  repeat: 'harmless',
} as const

export interface Request {
  readonly method: string
  readonly params?: readonly Json[]
}

export interface Caller {
  /** @throws CodedError of {@link OCEAN_CLIENT_CODES} */
  readonly call: (method: string, ...params: readonly Json[]) => Promise<Json>
  /** All in one request: a result or a refusal for each, in their order. */
  readonly batch: (requests: readonly Request[]) => Promise<readonly (Json | CodedError)[]>
  readonly close: () => void
}

/**
 * Calls that change what a second one of the same would change again. All others may be repeated: they ask, or say what
 * shall be and not what shall be added, as sendrawtransaction and submitblock do.
 */
const HARMFUL: ReadonlySet<string> = new Set([
  ...['issueasset', 'reissueasset', 'destroyamount', 'sendtoaddress', 'sendmany', 'getnewaddress', 'stop'],
  ...['generate', 'sendanytoaddress', 'sendtomainchain', 'sendtoethmainchain', 'getrawchangeaddress'],
  ...['onboarduser', 'blacklistuser', 'sendaddtowhitelisttx', 'sendaddmultitowhitelisttx', 'claimethpegin'],
])

export const createCaller = (options: CallerOptions): Caller => {
  const settings = { ...DEFAULTS, ...options }
  const transport = createTransport(settings)
  const repeatable = (methods: readonly string[]): boolean =>
    settings.repeat === 'all' ||
    (settings.repeat === 'harmless' && !methods.some((method) => HARMFUL.has(method)))
  return {
    call: (method, ...params) =>
      patiently(settings, repeatable([method]), async () =>
        resultOf(method, await exchange(transport, requestJson({ method, params }, 1)), 1),
      ),
    batch: (requests) =>
      patiently(settings, repeatable(requests.map(({ method }) => method)), async () => {
        const answers = await exchange(transport, requests.map(requestJson))
        return requests.map(({ method }, index) => resultIn(method, answers, index))
      }),
    close: () => transport.close(),
  }
}

const patiently = async <T>(
  { tries, delayMs, maxDelayMs }: Pick<Required<CallerOptions>, 'tries' | 'delayMs' | 'maxDelayMs'>,
  repeatable: boolean,
  once: () => Promise<T>,
): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once()
    } catch (error) {
      if (attempt >= tries || !isPassing(error, repeatable)) throw error
      await pause(Math.min(delayMs * 2 ** (attempt - 1), maxDelayMs))
    }
  }
}

/** What a node says while it starts: it has done nothing. */
const WARMING_UP = -28

const isPassing = (error: unknown, repeatable: boolean): boolean => {
  if (!(error instanceof CodedError)) return false
  if (error.code === 'ocean-busy' || error.data['rpcCode'] === WARMING_UP) return true
  // A connection that was never made carried nothing.
  if (error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'ECONNREFUSED')
    return true
  return repeatable && (error.code === 'ocean-unreachable' || error.code === 'ocean-timeout')
}

const requestJson = ({ method, params = [] }: Request, id: number): JsonObject => ({
  jsonrpc: '1.0',
  id: integer(id),
  method,
  params,
})

const exchange = async (transport: Transport, request: Json): Promise<Json> => {
  const answer = await transport.post(writeJson(request))
  const { status, text } = answer
  if (status === 401) throw clientError('ocean-unauthorized')
  if (status === 403) throw clientError('ocean-forbidden')
  if (status === 503 || text === 'Work queue depth exceeded') throw clientError('ocean-busy', { status })
  return parsed(answer)
}

const parsed = ({ status, text }: HttpAnswer): Json => {
  try {
    return readJson(text)
  } catch (cause) {
    if (!isCoded(cause, 'json-malformed')) throw cause
    throw clientError('ocean-malformed-answer', { status }, { cause })
  }
}

const resultIn = (method: string, answers: Json, index: number): Json | CodedError => {
  try {
    if (!isArray(answers)) throw clientError('ocean-malformed-answer', { method })
    return resultOf(method, answers[index] ?? null, index)
  } catch (error) {
    if (isCoded(error, 'ocean-refused')) return error
    throw error
  }
}

const resultOf = (method: string, answer: Json, id: number): Json => {
  if (!isObject(answer)) throw clientError('ocean-malformed-answer', { method })
  const { error, result, id: answered } = answer
  if (isObject(error)) throw refusalIn(method, error)
  if (result === undefined || !isNumber(answered) || answered.text !== String(id)) {
    throw clientError('ocean-malformed-answer', { method })
  }
  return result
}

const refusalIn = (method: string, { code, message }: JsonObject): CodedError =>
  isNumber(code) && typeof message === 'string'
    ? refusal(method, Number(code.text), message)
    : clientError('ocean-malformed-answer', { method })
