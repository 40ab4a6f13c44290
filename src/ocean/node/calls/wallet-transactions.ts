import {
  isCoinbase,
  isExplicit,
  isFee,
  NULL_ID,
  type TransactionOutput,
  encodeTransaction,
} from '../../codec/index.js'
import { destinationOf } from '../../keys/index.js'
import { amount, integer, type Json, type JsonObject } from '../../json/index.js'
import { type Calls, type Parameters, RPC, RpcError } from '../../rpc/index.js'
import { toHex } from '../../../util/index.js'
import { type Ownership, ownershipOf, type WalletTransaction } from '../../wallet/index.js'
import type { OceanNode } from '../ocean-node.js'
import { addressText } from './address.js'
import { balanceJson } from './wallet-coins.js'

/** Transactions of the wallet. */

const NOT_FOUND = 'Invalid or non-wallet transaction id'

const entryAt = (given: Parameters, { wallet }: OceanNode): WalletTransaction => {
  const entry = wallet.ledger.get(given.text(0).toLowerCase())
  if (!entry) throw new RpcError(RPC.addressOrKey, NOT_FOUND)
  return entry
}

/** Whether a later version could take its place: none can here, but its inputs may say that it could. */
const replaceable = (entry: WalletTransaction, depth: number, node: OceanNode): string => {
  if (depth > 0) return 'no'
  if (entry.transaction.inputs.some(({ sequence }) => sequence < 0xfffffffe)) return 'yes'
  return node.wallet.holdings.isWaiting(entry) ? 'no' : 'unknown'
}

const blockJson = ({ place }: WalletTransaction, { chain }: OceanNode): JsonObject => {
  const block = place && chain.entryAt(place.height)
  if (!block) return {}
  return {
    blockhash: block.hash,
    blockindex: integer(place.index),
    blocktime: integer(block.header.time),
  }
}

const commonJson = (entry: WalletTransaction, node: OceanNode): JsonObject => {
  const { holdings, ledger } = node.wallet
  const depth = holdings.depthOf(entry)
  return {
    confirmations: integer(depth),
    ...(isCoinbase(entry.transaction) ? { generated: true } : {}),
    ...(depth > 0 ? blockJson(entry, node) : { trusted: holdings.isTrusted(entry) }),
    txid: entry.txid,
    walletconflicts: ledger.rivalsOf(entry).map(({ txid }) => txid),
    time: integer(entry.time),
    timereceived: integer(entry.received),
    'bip125-replaceable': replaceable(entry, depth, node),
    comment: entry.comment,
    to: entry.to,
  }
}

interface Shown {
  readonly output: TransactionOutput
  readonly index: number
  readonly ownership: Ownership
  readonly address: string | undefined
  readonly label: string | undefined
}

const shownOf = ({ transaction }: WalletTransaction, node: OceanNode): readonly Shown[] =>
  transaction.outputs.flatMap((output, index) => {
    if (isFee(output)) return []
    const destination = destinationOf(output.script)
    const address = destination && addressText(destination, node)
    const label = address === undefined ? undefined : node.wallet.ring.label(address)
    return [{ output, index, ownership: ownershipOf(output.script, node.wallet.ring), address, label }]
  })

/** Change goes to an address of the wallet that nobody was ever told. */
const isChange = ({ ownership, label }: Shown): boolean => ownership !== undefined && label === undefined

const headJson = ({ address, ownership }: Shown, account: string, category: string): JsonObject => ({
  account,
  ...(ownership === 'watched' ? { involvesWatchonly: true } : {}),
  ...(address === undefined ? {} : { address }),
  category,
})

const valueJson = ({ output }: Shown, sign: bigint): JsonObject => {
  const { asset, value } = isExplicit(output) ? output : { asset: NULL_ID, value: 0n }
  return { amount: amount(sign * value), amountblinder: NULL_ID, asset, assetblinder: NULL_ID }
}

const labelJson = ({ label }: Shown): JsonObject => (label === undefined ? {} : { label })

interface Options {
  readonly account: string
  readonly withWatched: boolean
  /** Whether each line tells all of its transaction. */
  readonly isLong: boolean
}

/** What left the wallet, and what came to it, each output by itself. */
const linesOf = (entry: WalletTransaction, options: Options, node: OceanNode): readonly JsonObject[] => {
  const { account, withWatched, isLong } = options
  const { isSent, fee } = node.wallet.holdings.flowOf(entry, withWatched)
  const rest = isLong ? commonJson(entry, node) : {}
  const shown = shownOf(entry, node).filter((item) => !isSent || !isChange(item))
  const counts = ({ ownership }: Shown): boolean =>
    ownership === 'spendable' || (withWatched && ownership === 'watched')
  const sent = isSent && (account === '*' || account === '') ? shown : []
  const received = shown.filter((item) => counts(item) && (account === '*' || account === (item.label ?? '')))
  return [
    ...sent.map((item) => ({
      ...headJson(item, '', 'send'),
      ...valueJson(item, -1n),
      ...labelJson(item),
      vout: integer(item.index),
      fee: amount(-fee),
      ...rest,
      abandoned: entry.isAbandoned,
    })),
    ...received.map((item) => ({
      ...headJson(item, item.label ?? '', isCoinbase(entry.transaction) ? 'generate' : 'receive'),
      ...valueJson(item, 1n),
      ...labelJson(item),
      vout: integer(item.index),
      ...rest,
    })),
  ]
}

const show = (given: Parameters, node: OceanNode): JsonObject => {
  const entry = entryAt(given, node)
  const withWatched = given.has(1) && given.boolean(1)
  const { isSent, net, fee } = node.wallet.holdings.flowOf(entry, withWatched)
  return {
    amount: balanceJson(net, given, 2, node),
    ...(isSent ? { fee: amount(-fee) } : {}),
    ...commonJson(entry, node),
    details: linesOf(entry, { account: '*', withWatched, isLong: false }, node),
    hex: toHex(encodeTransaction(entry.transaction)),
  }
}

const list = (given: Parameters, node: OceanNode): Json => {
  const account = given.has(0) ? given.text(0) : '*'
  const count = given.has(1) ? given.integer(1) : 10
  const skipped = given.has(2) ? given.integer(2) : 0
  const withWatched = given.has(3) && given.boolean(3)
  if (count < 0) throw new RpcError(RPC.parameter, 'Negative count')
  if (skipped < 0) throw new RpcError(RPC.parameter, 'Negative from')
  const lines: JsonObject[] = []
  for (const entry of node.wallet.ledger.all.toReversed()) {
    if (lines.length >= count + skipped) break
    lines.push(...linesOf(entry, { account, withWatched, isLong: true }, node))
  }
  return lines.slice(skipped, skipped + count).reverse()
}

const abandon = (given: Parameters, node: OceanNode): null => {
  const { txid } = entryAt(given, node)
  if (node.wallet.abandon(txid)) return null
  throw new RpcError(RPC.addressOrKey, 'Transaction not eligible for abandonment')
}

export const walletTransactionCalls: Calls<OceanNode> = {
  gettransaction: show,
  listtransactions: list,
  abandontransaction: abandon,
}
