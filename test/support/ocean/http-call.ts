import { isObject, type Json, readJson, writeJson } from '../../../src/ocean/json/index.js'
import { textIn } from '../../../src/ocean/rpc/index.js'

/** A plain JSON-RPC client: one request, one answer. */

export class RpcRefusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

export const httpCall = async (
  port: number,
  login: string,
  method: string,
  params: readonly Json[],
): Promise<Json> => {
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(login).toString('base64')}` },
    body: writeJson({ method, params, id: 'call' }),
  })
  const answer = readJson(await response.text())
  if (!isObject(answer)) throw new TypeError('no answer')
  const { error = null, result = null } = answer
  if (isObject(error)) {
    throw new RpcRefusal(JSON.stringify(error['code']), textIn(error['message'] ?? null))
  }
  return result
}
