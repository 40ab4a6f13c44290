import { amount, amountText, integer, type Json } from '../json/index.js'
import type { Caller } from './caller.js'
import { list, maybe, nothing, record, satoshis, type Shaped, table, text, whole, yesOrNo } from './shapes.js'

/** The node's wallet. Amounts are satoshis. */

const unspent = record({
  txid: text,
  vout: whole,
  address: maybe(text),
  scriptPubKey: text,
  amount: satoshis,
  asset: text,
  confirmations: whole,
  spendable: yesOrNo,
})
export type UnspentAnswer = Shaped<typeof unspent>

const issuance = record({ txid: text, vin: whole, entropy: text, asset: text, token: text })
export type IssuanceAnswer = Shaped<typeof issuance>

const addressInfo = record({
  isvalid: yesOrNo,
  address: maybe(text),
  scriptPubKey: maybe(text),
  ismine: maybe(yesOrNo),
  /** Tweaked by the contract, and as it was before. */
  pubkey: maybe(text),
  derivedpubkey: maybe(text),
})
export type AddressAnswer = Shaped<typeof addressInfo>

const multisig = record({ address: text, redeemScript: text })

/** Any depth, as a real node has it by default. */
const MOST_CONFIRMATIONS = 9_999_999

export const walletCalls = ({ call }: Caller) => ({
  getNewAddress: async () => text(await call('getnewaddress')),
  validateAddress: async (address: string) => addressInfo(await call('validateaddress', address)),
  createMultisig: async (required: number, keys: readonly string[]) =>
    multisig(await call('createmultisig', integer(required), keys)),
  importPrivateKey: async (wif: string, label = '', rescan = true) =>
    nothing(await call('importprivkey', wif, label, rescan)),
  importAddress: async (address: string, label = '', rescan = true) =>
    nothing(await call('importaddress', address, label, rescan)),
  dumpPrivateKey: async (address: string) => text(await call('dumpprivkey', address)),
  /** By label or hex of the asset. */
  getBalance: async () => table(satoshis)(await call('getbalance')),
  listUnspent: async (options: { readonly least?: number; readonly asset?: string } = {}) =>
    list(unspent)(
      await call(
        'listunspent',
        integer(options.least ?? 1),
        integer(MOST_CONFIRMATIONS),
        [],
        true,
        ...(options.asset === undefined ? [] : [options.asset]),
      ),
    ),
  /** A real node names the transaction even if its own pool refused it: look whether it waits there. */
  sendToAddress: async (address: string, value: bigint, asset?: string) =>
    text(
      await (asset === undefined
        ? call('sendtoaddress', address, amount(value))
        : call('sendtoaddress', address, amount(value), '', '', false, asset)),
    ),
  issueAsset: async (assetSatoshis: bigint, tokenSatoshis: bigint) =>
    issuance(await call('issueasset', amountText(assetSatoshis), amountText(tokenSatoshis), false)),
  reissueAsset: async (asset: string, value: bigint) =>
    record({ txid: text, vin: whole })(await call('reissueasset', asset, amountText(value))),
  destroyAmount: async (asset: string, value: bigint) =>
    text(await call('destroyamount', asset, amountText(value))),
  listIssuances: async () => list(issuance)(await call('listissuances')),
  getTransaction: (txid: string): Promise<Json> => call('gettransaction', txid),
  abandonTransaction: async (txid: string) => nothing(await call('abandontransaction', txid)),
})
