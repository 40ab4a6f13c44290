import { type Caller, type CallerOptions, createCaller } from './caller.js'
import { chainCalls } from './chain-calls.js'
import { listCalls } from './list-calls.js'
import { transactionCalls } from './transaction-calls.js'
import { walletCalls } from './wallet-calls.js'

export type { Caller, CallerOptions, Request } from './caller.js'
export type { AssetInfo, BlockAnswer, BlockHeaderAnswer, OutputAnswer } from './chain-calls.js'
export { OCEAN_CLIENT_CODES, type OceanClientCode, rpcCodeOf } from './codes.js'
export type { ListName } from './list-calls.js'
export type {
  Outpoint,
  Payment,
  PreviousOutput,
  RawIssuance,
  RawReissuance,
  SignedAnswer,
} from './transaction-calls.js'
export type { AddressAnswer, IssuanceAnswer, UnspentAnswer } from './wallet-calls.js'

/** A client of any Ocean node: typed calls, and `call` for those that have no type of their own. */
export type OceanClient = Caller &
  ReturnType<typeof chainCalls> &
  ReturnType<typeof transactionCalls> &
  ReturnType<typeof walletCalls> &
  ReturnType<typeof listCalls>

export const createOceanClient = (options: CallerOptions): OceanClient => {
  const caller = createCaller(options)
  return {
    ...caller,
    ...chainCalls(caller),
    ...transactionCalls(caller),
    ...walletCalls(caller),
    ...listCalls(caller),
  }
}
