import { issuedBy, isReissuance, NULL_ID, type ValueField } from '../../codec/index.js'
import { amount, integer, type Json, type JsonObject } from '../../json/index.js'
import { type Calls, type Parameters, RPC, RpcError } from '../../rpc/index.js'
import { byBytes, type WalletTransaction } from '../../wallet/index.js'
import type { OceanNode } from '../ocean-node.js'
import { assetName, knownAsset } from './asset.js'

/** What the wallet's transactions issue. */

const issuedAmount = (value: ValueField): Json => amount(typeof value === 'bigint' ? value : 0n)

const issuancesOf = ({ txid, transaction }: WalletTransaction, node: OceanNode): readonly JsonObject[] =>
  transaction.inputs.flatMap((input, index) => {
    const ids = issuedBy(input)
    if (!ids || !input.issuance) return []
    const isAgain = isReissuance(input.issuance)
    const { assetAmount, tokenAmount } = input.issuance
    const name = assetName(ids.asset, node)
    return [
      {
        isreissuance: isAgain,
        ...(isAgain
          ? {}
          : { token: ids.token, tokenamount: issuedAmount(tokenAmount), tokenblinds: NULL_ID }),
        entropy: ids.entropy,
        txid,
        vin: integer(index),
        asset: ids.asset,
        ...(name === ids.asset ? {} : { assetlabel: name }),
        assetamount: issuedAmount(assetAmount),
        assetblinds: NULL_ID,
      },
    ]
  })

const listIssuances = (given: Parameters, node: OceanNode): Json => {
  const text = given.has(0) ? given.text(0) : NULL_ID
  const asset = text === NULL_ID ? undefined : knownAsset(text, node)
  if (text !== NULL_ID && asset === undefined) {
    throw new RpcError(RPC.type, 'Asset must be a hex string of length 64')
  }
  return [...node.wallet.ledger.all]
    .sort((a, b) => byBytes(a.txid, b.txid))
    .flatMap((entry) => issuancesOf(entry, node))
    .filter((issuance) => asset === undefined || issuance['asset'] === asset)
}

export const issuanceCalls: Calls<OceanNode> = { listissuances: listIssuances }
