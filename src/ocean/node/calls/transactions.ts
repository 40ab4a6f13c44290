import { toHex } from '../../../util/index.js'
import { refusalText } from '../../chain/index.js'
import { encodeTransaction, type Transaction, transactionId } from '../../codec/index.js'
import { destinationOfScript, encodeAddress } from '../../keys/index.js'
import { integer, isNumber, type JsonObject } from '../../json/index.js'
import { type Calls, type Parameters, RPC, RpcError } from '../../rpc/index.js'
import type { OceanNode } from '../ocean-node.js'
import { asmOf, destinationsJson, scriptJson } from '../shapes/script.js'
import { assetJson, transactionJson } from '../shapes/transaction.js'
import { transactionIn } from './hex.js'

/** Transactions sent, judged and shown. */

const isMined = ({ chain }: OceanNode, transaction: Transaction, txid: string): boolean =>
  transaction.outputs.some((_, index) => chain.coin({ txid, index }) !== undefined)

const send = (given: Parameters, node: OceanNode): string => {
  const transaction = transactionIn(given)
  const txid = transactionId(transaction)
  if (isMined(node, transaction, txid)) {
    throw new RpcError(RPC.alreadyInChain, 'transaction already in block chain')
  }
  if (node.mempool.get(txid)) return txid
  const verdict = node.broadcast(transaction, given.has(1) && given.boolean(1))
  if (verdict.verdict === 'missing-inputs') throw new RpcError(RPC.verify, 'Missing inputs')
  if (verdict.verdict === 'refused') throw new RpcError(RPC.verifyRejected, refusalText(verdict.refusal))
  return txid
}

const test = (given: Parameters, node: OceanNode): JsonObject => {
  const transaction = transactionIn(given)
  const txid = transactionId(transaction)
  const verdict = node.judge(transaction)
  if (verdict.verdict === 'accepted') return { txid, allowed: integer(1) }
  const reason = verdict.verdict === 'refused' ? refusalText(verdict.refusal) : 'missing-inputs'
  return { txid, allowed: integer(0), 'reject-reason': reason }
}

const isVerbose = (given: Parameters, index: number): boolean => {
  if (!given.has(index)) return false
  return isNumber(given.at(index)) ? given.integer(index) !== 0 : given.boolean(index)
}

const show = (given: Parameters, node: OceanNode) => {
  const txid = given.hash(0, 'parameter 1')
  const waiting = node.mempool.get(txid)
  const mined = waiting ? undefined : node.chain.mined(txid)
  const transaction = waiting?.transaction ?? mined?.transaction
  if (!transaction) {
    throw new RpcError(
      RPC.addressOrKey,
      'No such mempool or blockchain transaction. Use gettransaction for wallet transactions.',
    )
  }
  const hex = toHex(encodeTransaction(transaction))
  if (!isVerbose(given, 1)) return hex
  return { hex, ...transactionJson(transaction, node.parameters), ...placeJson(node, mined?.height) }
}

const placeJson = ({ chain }: OceanNode, height: number | undefined): JsonObject => {
  const entry = height === undefined ? undefined : chain.entryAt(height)
  if (!entry) return {}
  const time = integer(entry.header.time)
  return {
    blockhash: entry.hash,
    confirmations: integer(chain.height - entry.header.height + 1),
    time,
    blocktime: time,
  }
}

const versionOf = ({ chain, mempool }: OceanNode, txid: string): number =>
  (mempool.get(txid)?.transaction ?? chain.mined(txid)?.transaction)?.version ?? 0

const unspent = (given: Parameters, node: OceanNode): JsonObject | null => {
  const { chain, mempool, parameters } = node
  const outPoint = { txid: given.hash(0, 'txid'), index: given.integer(1) }
  const withMempool = !given.has(2) || given.boolean(2)
  const coin = (withMempool ? mempool : chain).coin(outPoint)
  if (!coin) return null
  const { output } = coin
  return {
    bestblock: chain.tip.hash,
    confirmations: integer(Math.max(0, chain.height - coin.height + 1)),
    ...assetJson(output),
    scriptPubKey: scriptJson(output.script, parameters),
    version: integer(versionOf(node, outPoint.txid)),
    coinbase: coin.isCoinbase,
  }
}

const HEX = /^(?:[0-9a-fA-F]{2})*$/

const describe = (given: Parameters, { parameters }: OceanNode): JsonObject => {
  const hex = given.text(0)
  if (!HEX.test(hex)) {
    throw new RpcError(RPC.parameter, `argument must be hexadecimal string (not '${hex}')`)
  }
  const script = new Uint8Array(Buffer.from(hex, 'hex'))
  return {
    asm: asmOf(script),
    ...destinationsJson(script, parameters),
    p2sh: encodeAddress(destinationOfScript(script), parameters.prefixes),
  }
}

export const transactionCalls: Calls<OceanNode> = {
  sendrawtransaction: send,
  testmempoolaccept: test,
  getrawtransaction: show,
  decoderawtransaction: (given, { parameters }) => transactionJson(transactionIn(given), parameters),
  gettxout: unspent,
  decodescript: describe,
}
