import { transactionId } from '../../codec/index.js'
import { scriptOfDestination } from '../../keys/index.js'
import { type Json, type JsonObject } from '../../json/index.js'
import { amountIn, type Calls, expectKinds, type Parameters, RPC, RpcError, textIn } from '../../rpc/index.js'
import { nullData } from '../../script/index.js'
import type { Note, Payment } from '../../wallet/index.js'
import type { OceanNode } from '../ocean-node.js'
import { pay } from '../pay.js'
import { addressText, requireAddress } from './address.js'
import { assetIn } from './asset.js'

/** Payments out of the wallet. */

const INSUFFICIENT = new RpcError(RPC.insufficientFunds, 'Insufficient funds')

const paidAmount = (value: Json): bigint => {
  const satoshis = amountIn(value)
  if (satoshis === 0n) throw new RpcError(RPC.type, 'Invalid amount for send')
  return satoshis
}

const textAt = (given: Parameters, index: number): string => (given.has(index) ? given.text(index) : '')

const noteAt = (given: Parameters, comment: number, to: number): Note => ({
  comment: textAt(given, comment),
  to: textAt(given, to),
})

/** @throws RpcError if the wallet has less than is to be paid, whatever the fee */
const checkFunds = (payments: readonly Payment[], node: OceanNode, refusal: RpcError): void => {
  const balance = node.wallet.holdings.balance()
  const sums = new Map<string, bigint>()
  for (const { asset, value } of payments) sums.set(asset, (sums.get(asset) ?? 0n) + value)
  for (const [asset, sum] of sums) if (sum > (balance.get(asset) ?? 0n)) throw refusal
}

/** The asset all payments are of pays the fee as well, where there is one and enough of it. */
const feeAssetsFor = (payments: readonly Payment[], domainAsset: string): readonly string[] => {
  const [first] = payments
  const isOne = first !== undefined && payments.every(({ asset }) => asset === first.asset)
  if (!isOne || first.asset === domainAsset) return [domainAsset]
  return payments.some(({ bearsFee }) => bearsFee) ? [first.asset] : [first.asset, domainAsset]
}

const sendToAddress = (given: Parameters, node: OceanNode): string => {
  const address = requireAddress(given.text(0), node, 'Invalid Bitcoin address')
  const value = paidAmount(given.at(1))
  const note = noteAt(given, 2, 3)
  const bearsFee = given.has(4) && given.boolean(4)
  const name = textAt(given, 5)
  const asset = name === '' ? node.parameters.domainAsset : assetIn(name, node)
  for (const index of [6, 7]) if (given.has(index)) given.boolean(index)
  const payments = [{ script: scriptOfDestination(address), asset, value, bearsFee }]
  checkFunds(payments, node, INSUFFICIENT)
  const feeAssets = feeAssetsFor(payments, node.parameters.domainAsset)
  return transactionId(pay({ payments, feeAssets }, note, node))
}

const bearersIn = (given: Parameters, node: OceanNode): ReadonlySet<string> =>
  new Set(
    (given.has(4) ? given.array(4) : []).map((member) => {
      const text = textIn(member)
      return addressText(requireAddress(text, node, `Invalid Bitcoin address: ${text}`), node)
    }),
  )

const paymentsIn = (given: Parameters, node: OceanNode): readonly Payment[] => {
  const assets: JsonObject = given.has(5) ? given.object(5) : {}
  const bearers = bearersIn(given, node)
  const seen = new Set<string>()
  return Object.entries(given.object(1)).map(([name, amount]) => {
    const destination = requireAddress(name, node, `Invalid Bitcoin address: ${name}`)
    const address = addressText(destination, node)
    if (seen.has(address)) {
      throw new RpcError(RPC.parameter, `Invalid parameter, duplicated address: ${name}`)
    }
    seen.add(address)
    const named = Object.hasOwn(assets, name) ? assets[name] : undefined
    const asset = named === undefined ? node.parameters.domainAsset : assetIn(textIn(named), node)
    const script = scriptOfDestination(destination)
    return { script, asset, value: paidAmount(amount), bearsFee: bearers.has(address) }
  })
}

const sendMany = (given: Parameters, node: OceanNode): string => {
  expectKinds(given, 'string', 'object', 'number', 'string', 'array', 'object', 'bool')
  given.text(0)
  if (given.has(2)) given.integer(2)
  const payments = paymentsIn(given, node)
  const [first] = payments
  if (!first) throw new RpcError(RPC.parameter, 'Invalid parameter, nobody is to be paid')
  const refusal = new RpcError(RPC.insufficientFunds, 'Account has insufficient funds')
  checkFunds(payments, node, refusal)
  const assets: JsonObject = given.has(5) ? given.object(5) : {}
  const named = Object.hasOwn(assets, 'fee') ? assets['fee'] : undefined
  const feeAssets =
    named === undefined ? feeAssetsFor(payments, node.parameters.domainAsset) : [assetIn(textIn(named), node)]
  return transactionId(pay({ payments, feeAssets }, { comment: textAt(given, 3), to: '' }, node))
}

const destroy = (given: Parameters, node: OceanNode): string => {
  const asset = assetIn(given.text(0), node)
  const value = given.amount(1)
  if (value === 0n) throw new RpcError(RPC.type, 'Invalid amount to destroy')
  const payments = [{ script: nullData(), asset, value }]
  checkFunds(payments, node, INSUFFICIENT)
  const note = { comment: textAt(given, 2), to: '' }
  return transactionId(pay({ payments, feeAssets: [node.parameters.domainAsset] }, note, node))
}

export const sendingCalls: Calls<OceanNode> = {
  sendtoaddress: sendToAddress,
  sendmany: sendMany,
  destroyamount: destroy,
}
