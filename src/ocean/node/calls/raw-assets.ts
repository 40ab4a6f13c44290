import {
  assetEntropy,
  assetIdsOf,
  encodeTransaction,
  FINAL_SEQUENCE,
  type Issuance,
  NULL_ID,
  type OutPoint,
  type Transaction,
  type TransactionOutput,
} from '../../codec/index.js'
import { scriptOfDestination } from '../../keys/index.js'
import { type Calls, type Parameters, RPC, RpcError } from '../../rpc/index.js'
import { nullData } from '../../script/index.js'
import { integer, type JsonObject } from '../../json/index.js'
import { EMPTY_BYTES, toHex } from '../../../util/index.js'
import type { OceanNode } from '../ocean-node.js'
import { requireAddress } from './address.js'
import { assetIn } from './asset.js'

/** Issuances, reissuances and burns of one coin, without signatures. */

/** What marks a reissuance that hides no amount. */
export const UNBLINDED = 'ff'.repeat(32)
const MOST_OUTPUTS = 10_000

export const issuanceOf = (assetAmount: bigint, tokenAmount: bigint): Issuance => ({
  blindingNonce: NULL_ID,
  entropy: NULL_ID,
  assetAmount: assetAmount === 0n ? null : assetAmount,
  tokenAmount: tokenAmount === 0n ? null : tokenAmount,
})

export const reissuanceOf = (entropy: string, assetAmount: bigint): Issuance => ({
  blindingNonce: UNBLINDED,
  entropy,
  assetAmount,
  tokenAmount: null,
})

export const refuseNothing = (words: string): RpcError => new RpcError(RPC.type, words)

/** A number of outputs or the index of one: text, as a real node wants it. */
const wholeAt = (given: Parameters, index: number, most: number, name: string): number => {
  const text = given.text(index)
  const number = /^\d{1,10}$/.test(text) ? Number(text) : NaN
  if (number <= most) return number
  throw new RpcError(RPC.parameter, `Invalid parameter, ${name} must be a whole number up to ${most}`)
}

const LARGEST_INDEX = 0x3fffffff

const outPointAt = (given: Parameters, index: number): OutPoint => ({
  txid: given.hash(index, 'txid'),
  index: wholeAt(given, index + 1, LARGEST_INDEX, 'vout'),
})

const paying = (asset: string, value: bigint, script: Uint8Array): TransactionOutput => ({
  asset,
  value,
  nonce: Uint8Array.of(0),
  script,
})

const spending = (previous: OutPoint, outputs: readonly TransactionOutput[], issuance?: Issuance): string => {
  const input = { previous, script: EMPTY_BYTES, sequence: FINAL_SEQUENCE, isPegIn: false }
  const transaction: Transaction = {
    version: 2,
    inputs: [issuance ? { ...input, issuance } : input],
    outputs,
    lockTime: 0,
  }
  return toHex(encodeTransaction(transaction))
}

const scriptAt = (given: Parameters, index: number, words: string, node: OceanNode): Uint8Array =>
  scriptOfDestination(requireAddress(given.text(index), node, words))

const issue = (given: Parameters, node: OceanNode): JsonObject => {
  const assetScript = scriptAt(given, 0, 'Invalid Asset token address', node)
  const assetAmount = given.amount(1)
  const tokenScript = scriptAt(given, 2, 'Invalid Asset token address', node)
  const tokenAmount = given.amount(3)
  const changeScript = scriptAt(given, 4, 'Invalid change address', node)
  const changeAmount = given.amount(5)
  const changeCount = wholeAt(given, 6, MOST_OUTPUTS, 'changenum')
  const previous = outPointAt(given, 7)
  if (assetAmount === 0n && tokenAmount === 0n) {
    throw refuseNothing('Issuance must have one non-zero component')
  }
  const { entropy, asset, token } = assetIdsOf(assetEntropy(previous, NULL_ID))
  // Whatever the coin is, its change is said to be of the asset that allows issuing.
  const changeAsset = node.parameters.policyAssets.ISSUANCE ?? node.parameters.domainAsset
  const change = Array.from({ length: changeCount }, () => paying(changeAsset, changeAmount, changeScript))
  const issued = [paying(asset, assetAmount, assetScript), paying(token, tokenAmount, tokenScript)]
  const outputs = [...issued.filter(({ value }) => value !== 0n), ...change]
  const rawtx = spending(previous, outputs, issuanceOf(assetAmount, tokenAmount))
  return { rawtx, vin: integer(0), entropy, asset, token }
}

const reissue = (given: Parameters, node: OceanNode): JsonObject => {
  const assetScript = scriptAt(given, 0, 'Invalid Asset token address', node)
  const assetAmount = given.amount(1)
  const tokenScript = scriptAt(given, 2, 'Invalid Asset token address', node)
  const tokenAmount = given.amount(3)
  const previous = outPointAt(given, 4)
  const entropy = given.hash(6, 'entropy')
  if (assetAmount === 0n) throw refuseNothing('Re-issuance must be non-zero component')
  const { asset, token } = assetIdsOf(entropy)
  const outputs = [paying(asset, assetAmount, assetScript), paying(token, tokenAmount, tokenScript)]
  return { hex: spending(previous, outputs, reissuanceOf(entropy, assetAmount)), asset, token }
}

const burn = (given: Parameters, node: OceanNode): JsonObject => {
  const previous = outPointAt(given, 0)
  const asset = assetIn(given.text(2), node)
  return { hex: spending(previous, [paying(asset, given.amount(3), nullData())]) }
}

export const rawAssetCalls: Calls<OceanNode> = {
  createrawissuance: issue,
  createrawreissuance: reissue,
  createrawburn: burn,
}
