import type { JsonObject } from '../json/index.js'
import { integer } from '../json/index.js'

/** Numbers by which a real node says what went wrong. */
export const RPC = Object.freeze({
  misc: -1,
  type: -3,
  wallet: -4,
  addressOrKey: -5,
  insufficientFunds: -6,
  parameter: -8,
  invalidAccount: -11,
  deserialization: -22,
  verify: -25,
  verifyRejected: -26,
  alreadyInChain: -27,
  keyDerivation: -32,
  internal: -32603,
  invalidParams: -32602,
  methodNotFound: -32601,
  invalidRequest: -32600,
  parse: -32700,
})

/** What a call answers instead of a result. */
export class RpcError extends Error {
  override readonly name = 'RpcError'

  constructor(
    readonly rpcCode: number,
    message: string,
  ) {
    super(message)
  }
}

export const errorJson = ({ rpcCode, message }: RpcError): JsonObject => ({
  code: integer(rpcCode),
  message,
})

/** HTTP status beside an error that is not in a batch. */
export const statusOf = ({ rpcCode }: RpcError): number => {
  if (rpcCode === RPC.invalidRequest) return 400
  return rpcCode === RPC.methodNotFound ? 404 : 500
}
