import { assetEntropy, assetIdsOf, hash160, issuedBy, NULL_ID, transactionId } from '../../codec/index.js'
import { integer, type JsonObject } from '../../json/index.js'
import { type Calls, type Parameters, RPC, RpcError } from '../../rpc/index.js'
import { payToKeyHash } from '../../script/index.js'
import type { Spendable } from '../../wallet/index.js'
import type { OceanNode } from '../ocean-node.js'
import { pay, spendableOf } from '../pay.js'
import { assetIn } from './asset.js'
import { issuanceOf, refuseNothing, reissuanceOf } from './raw-assets.js'

/** Assets issued out of the wallet, and to it. */

const NO_NOTE = { comment: '', to: '' }

const newScript = (node: OceanNode): Uint8Array => {
  node.wallet.fillPool()
  return payToKeyHash(hash160(node.wallet.takeKey()))
}

const issue = (given: Parameters, node: OceanNode): JsonObject => {
  const assetAmount = given.amount(0)
  const tokenAmount = given.amount(1)
  const isBlinded = given.has(2) && given.boolean(2)
  if (assetAmount === 0n && tokenAmount === 0n) {
    throw refuseNothing('Issuance must have one non-zero component')
  }
  // Amounts are never hidden here; these are the words of a real node that was told not to hide any.
  if (isBlinded) {
    throw new RpcError(RPC.wallet, 'Unable to blind the transaction properly. This should not happen.')
  }
  return issueFrom(feeCoin(node), { assetAmount, tokenAmount }, node)
}

interface Amounts {
  readonly assetAmount: bigint
  readonly tokenAmount: bigint
}

/** The coin whose outpoint names the asset: the largest one that can pay the fee. */
const feeCoin = (node: OceanNode): Spendable => {
  const { holdings } = node.wallet
  const [first] = holdings
    .unspent()
    .filter(({ entry, ownership }) => ownership === 'spendable' && holdings.isTrusted(entry))
    .flatMap(spendableOf)
    .filter(({ asset }) => asset === node.parameters.domainAsset)
    .sort((a, b) => (a.value === b.value ? 0 : a.value > b.value ? -1 : 1))
  if (!first) throw new RpcError(RPC.wallet, 'Insufficient funds')
  return first
}

const issueFrom = (coin: Spendable, { assetAmount, tokenAmount }: Amounts, node: OceanNode): JsonObject => {
  const { entropy, asset, token } = assetIdsOf(assetEntropy(coin.outPoint, NULL_ID))
  const made = [
    { asset, value: assetAmount },
    { asset: token, value: tokenAmount },
  ]
  const payments = made
    .filter(({ value }) => value !== 0n)
    .map((minted) => ({ ...minted, script: newScript(node), isMinted: true }))
  const issuance = issuanceOf(assetAmount, tokenAmount)
  const feeAssets = [node.parameters.domainAsset]
  const transaction = pay({ payments, feeAssets, issuance, mustSpend: [coin] }, NO_NOTE, node)
  return { txid: transactionId(transaction), vin: integer(0), entropy, asset, token }
}

/** How the wallet saw an asset being issued, by the asset or by its token. */
const definitionOf = (asset: string, { wallet }: OceanNode) => {
  for (const { transaction } of wallet.ledger.all) {
    for (const input of transaction.inputs) {
      const ids = issuedBy(input)
      if (ids?.token === asset) {
        throw new RpcError(RPC.wallet, 'Asset given is a reissuance token type and can not be reissued.')
      }
      if (ids?.asset === asset) return ids
    }
  }
  throw new RpcError(RPC.wallet, 'Asset reissuance token definition could not be found in wallet.')
}

const reissue = (given: Parameters, node: OceanNode): JsonObject => {
  const asset = assetIn(given.text(0), node)
  const value = given.amount(1)
  if (value === 0n) throw refuseNothing('Reissuance must create a non-zero amount.')
  const { entropy, token } = definitionOf(asset, node)
  const { holdings } = node.wallet
  const tokens = holdings
    .unspent()
    .filter(({ entry, ownership }) => ownership === 'spendable' && holdings.isTrusted(entry))
    .flatMap(spendableOf)
    .filter((coin) => coin.asset === token)
  if (tokens.length === 0) throw new RpcError(RPC.wallet, 'No available reissuance tokens in wallet.')
  const sum = tokens.reduce((total, coin) => total + coin.value, 0n)
  const payments = [
    { asset, value, script: newScript(node), isMinted: true },
    { asset: token, value: sum, script: newScript(node) },
  ]
  const order = {
    payments,
    feeAssets: [node.parameters.domainAsset],
    issuance: reissuanceOf(entropy, value),
    mustSpend: tokens,
  }
  return { txid: transactionId(pay(order, NO_NOTE, node)), vin: integer(0) }
}

export const issuingCalls: Calls<OceanNode> = { issueasset: issue, reissueasset: reissue }
