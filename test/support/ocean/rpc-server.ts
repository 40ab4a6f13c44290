import { onTestFinished } from 'vitest'

import {
  type Calls,
  type ControlContext,
  controlCalls,
  DEFAULT_RPC_LIMITS,
  type RpcLimits,
  type RpcServer,
  serveRpc,
} from '../../../src/ocean/rpc/index.js'

/** A server of the given calls beside `help` and `stop`, closed when the test ends. */

export interface Served extends RpcServer {
  readonly faults: unknown[]
  readonly stops: () => number
}

export const USER = 'user0'
export const PASSWORD = 'password0'

export const serveCalls = async (
  calls: Calls<ControlContext>,
  limits: Partial<RpcLimits> = {},
  hashed: readonly string[] = [],
): Promise<Served> => {
  const all = { ...controlCalls, ...calls }
  const faults: unknown[] = []
  let stops = 0
  const context = { isAnswered: (name: string) => Object.hasOwn(all, name), stop: () => void stops++ }
  const server = await serveRpc(
    { calls: all, context, onInternalError: (error) => faults.push(error) },
    {
      host: '127.0.0.1',
      port: 0,
      credentials: { user: USER, password: PASSWORD, hashed },
      allowed: [],
      limits: { ...DEFAULT_RPC_LIMITS, refusalDelayMs: 20, ...limits },
    },
  )
  onTestFinished(() => server.close())
  return { ...server, faults, stops: () => stops }
}
