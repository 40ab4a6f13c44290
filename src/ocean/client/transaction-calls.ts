import { amount, amountText, integer, type Json, type JsonObject } from '../json/index.js'
import type { Caller } from './caller.js'
import { list, maybe, record, type Shaped, text, whole, yesOrNo } from './shapes.js'

/** Raw transactions: made, signed, judged and sent. Amounts are satoshis. */

export interface Outpoint {
  readonly txid: string
  readonly vout: number
}

/** An output of an unsigned transaction; `fee` and `data` are names of their own. */
export interface Payment {
  readonly to: string
  readonly satoshis: bigint
  /** Hex or label; the chain's own asset if left out. */
  readonly asset?: string
}

export interface PreviousOutput extends Outpoint {
  readonly scriptPubKey: string
  readonly redeemScript?: string
}

const signed = record({
  hex: text,
  complete: yesOrNo,
  errors: maybe(list(record({ txid: text, vout: whole, scriptSig: text, error: text }))),
})
export type SignedAnswer = Shaped<typeof signed>

const judged = record({ txid: text, allowed: yesOrNo, 'reject-reason': maybe(text) })

const issued = record({ rawtx: text, vin: whole, entropy: text, asset: text, token: text })

const reissued = record({ hex: text, asset: text, token: text })

export interface RawIssuance {
  readonly assetAddress: string
  readonly assetSatoshis: bigint
  readonly tokenAddress: string
  readonly tokenSatoshis: bigint
  readonly changeAddress: string
  readonly changeSatoshis: bigint
  readonly changeOutputs: number
  readonly input: Outpoint
}

export interface RawReissuance {
  readonly assetAddress: string
  readonly assetSatoshis: bigint
  readonly tokenAddress: string
  readonly tokenSatoshis: bigint
  readonly input: Outpoint
  readonly entropy: string
}

export const transactionCalls = ({ call }: Caller) => ({
  getRawTransaction: async (txid: string) => text(await call('getrawtransaction', txid)),
  decodeRawTransaction: (hex: string): Promise<Json> => call('decoderawtransaction', hex),
  decodeScript: (hex: string): Promise<Json> => call('decodescript', hex),
  createRawTransaction: async (inputs: readonly Outpoint[], outputs: readonly Payment[], lockTime = 0) =>
    text(
      await call(
        'createrawtransaction',
        inputs.map(outpointJson),
        amountsJson(outputs),
        integer(lockTime),
        assetsJson(outputs),
      ),
    ),
  signRawTransaction: async (
    hex: string,
    previous: readonly PreviousOutput[] = [],
    keys?: readonly string[],
  ) =>
    signed(
      await call(
        'signrawtransaction',
        hex,
        previous.map(previousJson),
        ...(keys === undefined ? [] : [keys]),
      ),
    ),
  testMempoolAccept: async (hex: string) => judged(await call('testmempoolaccept', hex)),
  /** The id of the transaction. Sending one again that still waits is harmless. */
  sendRawTransaction: async (hex: string) => text(await call('sendrawtransaction', hex)),
  getRawMempool: async () => list(text)(await call('getrawmempool')),
  createRawIssuance: async (given: RawIssuance) =>
    issued(
      await call(
        'createrawissuance',
        given.assetAddress,
        amountText(given.assetSatoshis),
        given.tokenAddress,
        amountText(given.tokenSatoshis),
        given.changeAddress,
        amountText(given.changeSatoshis),
        // Numbers as texts: a real node takes no others here.
        String(given.changeOutputs),
        given.input.txid,
        String(given.input.vout),
      ),
    ),
  createRawReissuance: async (given: RawReissuance) =>
    reissued(
      await call(
        'createrawreissuance',
        given.assetAddress,
        amountText(given.assetSatoshis),
        given.tokenAddress,
        amountText(given.tokenSatoshis),
        given.input.txid,
        String(given.input.vout),
        given.entropy,
      ),
    ),
  createRawBurn: async ({ txid, vout }: Outpoint, asset: string, satoshis: bigint) =>
    record({ hex: text })(await call('createrawburn', txid, String(vout), asset, amountText(satoshis))),
})

const outpointJson = ({ txid, vout }: Outpoint): JsonObject => ({ txid, vout: integer(vout) })

const previousJson = ({ txid, vout, scriptPubKey, redeemScript }: PreviousOutput): JsonObject => ({
  txid,
  vout: integer(vout),
  scriptPubKey,
  ...(redeemScript === undefined ? {} : { redeemScript }),
})

export const amountsJson = (payments: readonly Payment[]): JsonObject =>
  Object.fromEntries(payments.map(({ to, satoshis }) => [to, amount(satoshis)]))

export const assetsJson = (payments: readonly Payment[]): JsonObject =>
  Object.fromEntries(payments.flatMap(({ to, asset }) => (asset === undefined ? [] : [[to, asset]])))
