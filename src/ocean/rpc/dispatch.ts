import { isCoded } from '../../util/index.js'
import { isArray, isObject, type Json, type JsonObject, readJson, writeJson } from '../json/index.js'
import { type Command, COMMANDS } from './commands/index.js'
import { helpOf } from './help.js'
import { Parameters } from './parameters.js'
import { errorJson, RPC, RpcError, statusOf } from './rpc-error.js'

/** From the text of a request to the text of its answer: JSON-RPC 1.0 with the habits of a real node. */

export type Call<Context> = (given: Parameters, context: Context) => Json | Promise<Json>
export type Calls<Context> = Readonly<Record<string, Call<Context>>>

export interface Answer {
  readonly status: number
  /** Ends with a new line, as a real node's does. */
  readonly body: string
}

export interface Dispatcher<Context> {
  readonly calls: Calls<Context>
  readonly context: Context
  /** Hears of every error that is ours; the caller is told no more than that there was one. */
  readonly onInternalError: (error: unknown) => void
}

export const answer = async <Context>(
  dispatcher: Dispatcher<Context>,
  body: string | null,
): Promise<Answer> => {
  const request = parsed(body)
  if (isArray(request)) {
    const replies: JsonObject[] = []
    for (const member of request) replies.push((await replyTo(dispatcher, member)).reply)
    return answerOf(200, replies)
  }
  if (!isObject(request)) {
    const error = new RpcError(RPC.parse, 'Parse error')
    return answerOf(statusOf(error), failure(error, null))
  }
  const { reply, error } = await replyTo(dispatcher, request)
  return answerOf(error ? statusOf(error) : 200, reply)
}

const answerOf = (status: number, json: Json): Answer => ({ status, body: `${writeJson(json)}\n` })

/** Undefined for what is no JSON. */
const parsed = (body: string | null): Json | undefined => {
  if (body === null) return undefined
  try {
    return readJson(body)
  } catch (error) {
    if (isCoded(error, 'json-malformed')) return undefined
    throw error
  }
}

interface Reply {
  readonly reply: JsonObject
  readonly error?: RpcError
}

const replyTo = async <Context>(dispatcher: Dispatcher<Context>, request: Json): Promise<Reply> => {
  const id = isObject(request) ? (request['id'] ?? null) : null
  try {
    const result = await perform(dispatcher, request)
    return { reply: { result, error: null, id } }
  } catch (cause) {
    const error = asRpcError(dispatcher, cause)
    return { reply: failure(error, id), error }
  }
}

const failure = (error: RpcError, id: Json): JsonObject => ({ result: null, error: errorJson(error), id })

const perform = async <Context>({ calls, context }: Dispatcher<Context>, request: Json): Promise<Json> => {
  const { method, parameters } = requestIn(request)
  const command = COMMANDS.get(method)
  const call = Object.hasOwn(calls, method) ? calls[method] : undefined
  if (!command || !call) throw new RpcError(RPC.methodNotFound, 'Method not found')
  const values = isArray(parameters) ? parameters : positional(command, parameters)
  const [fewest, most] = command.takes
  if (values.length < fewest || values.length > most) throw new RpcError(RPC.misc, helpOf(command))
  return call(new Parameters(values), context)
}

const requestIn = (
  request: Json,
): { readonly method: string; readonly parameters: readonly Json[] | JsonObject } => {
  if (!isObject(request)) throw invalid('Invalid Request object')
  const method = request['method'] ?? null
  const parameters = request['params'] ?? []
  if (method === null) throw invalid('Missing method')
  if (typeof method !== 'string') throw invalid('Method must be a string')
  if (!isArray(parameters) && !isObject(parameters)) throw invalid('Params must be an array or object')
  return { method, parameters }
}

const invalid = (message: string): RpcError => new RpcError(RPC.invalidRequest, message)

/** Null where a parameter before the last one that was named is left out. */
const positional = ({ named }: Command, given: JsonObject): readonly Json[] => {
  const unknown = Object.keys(given).findLast((name) => !named.includes(name))
  if (unknown !== undefined) throw new RpcError(RPC.parameter, `Unknown named parameter ${unknown}`)
  const last = named.findLastIndex((name) => Object.hasOwn(given, name))
  return named.slice(0, last + 1).map((name) => given[name] ?? null)
}

const asRpcError = <Context>({ onInternalError }: Dispatcher<Context>, cause: unknown): RpcError => {
  if (cause instanceof RpcError) return cause
  if (isCoded(cause)) return new RpcError(RPC.misc, cause.message)
  onInternalError(cause)
  return new RpcError(RPC.internal, 'Internal error')
}
