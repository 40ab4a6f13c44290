import { isExplicit, NULL_ID } from '../../codec/index.js'
import { destinationOf } from '../../keys/index.js'
import { amount, integer, type Json, type JsonObject, JsonNumber } from '../../json/index.js'
import { type Calls, expectKinds, type Parameters, RPC, RpcError, textIn } from '../../rpc/index.js'
import { toHex } from '../../../util/index.js'
import { type Amounts, isSolvable, type OwnedOutput } from '../../wallet/index.js'
import type { OceanNode } from '../ocean-node.js'
import { addressText, requireAddress } from './address.js'
import { amountsJson, assetIn, assetName } from './asset.js'

/** What the wallet holds. */

const MOST_CONFIRMATIONS = 9_999_999

const addressesAt = (given: Parameters, node: OceanNode): ReadonlySet<string> => {
  const found = new Set<string>()
  if (!given.has(2)) return found
  for (const member of given.array(2)) {
    const text = textIn(member)
    const address = addressText(requireAddress(text, node, `Invalid Bitcoin address: ${text}`), node)
    if (found.has(address)) {
      throw new RpcError(RPC.parameter, `Invalid parameter, duplicated address: ${text}`)
    }
    found.add(address)
  }
  return found
}

const placeJson = ({ output: { script } }: OwnedOutput, node: OceanNode): JsonObject => {
  const { ring } = node.wallet
  const destination = destinationOf(script)
  if (!destination) return {}
  const address = addressText(destination, node)
  const label = ring.label(address)
  const redeemScript = destination.type === 'scriptHash' ? ring.redeemScript(destination.hash) : undefined
  return {
    address,
    ...(label === undefined ? {} : { account: label }),
    ...(redeemScript ? { redeemScript: toHex(redeemScript) } : {}),
  }
}

const coinJson = (owned: OwnedOutput, node: OceanNode): JsonObject[] => {
  const { output, outPoint, entry, ownership } = owned
  if (!isExplicit(output)) return []
  const name = assetName(output.asset, node)
  return [
    {
      txid: outPoint.txid,
      vout: integer(outPoint.index),
      ...placeJson(owned, node),
      scriptPubKey: toHex(output.script),
      amount: amount(output.value),
      asset: output.asset,
      ...(name === output.asset ? {} : { assetlabel: name }),
      confirmations: integer(node.wallet.holdings.depthOf(entry)),
      spendable: ownership === 'spendable',
      solvable: isSolvable(output.script, node.wallet.ring),
      blinder: NULL_ID,
      assetblinder: NULL_ID,
    },
  ]
}

const listUnspent = (given: Parameters, node: OceanNode): Json => {
  expectKinds(given, 'number', 'number', 'array', 'bool', 'string')
  const least = given.has(0) ? given.integer(0) : 1
  const most = given.has(1) ? given.integer(1) : MOST_CONFIRMATIONS
  const addresses = addressesAt(given, node)
  const withUnsafe = !given.has(3) || given.boolean(3)
  const asset = given.has(4) && given.text(4) !== '' ? assetIn(given.text(4), node) : undefined
  const { holdings } = node.wallet
  const isWanted = ({ entry, output }: OwnedOutput): boolean => {
    const depth = holdings.depthOf(entry)
    const destination = destinationOf(output.script)
    return (
      depth >= least &&
      depth <= most &&
      (withUnsafe || holdings.isTrusted(entry)) &&
      (asset === undefined || output.asset === asset) &&
      (addresses.size === 0 || (destination !== undefined && addresses.has(addressText(destination, node))))
    )
  }
  return holdings
    .unspent()
    .filter(isWanted)
    .flatMap((owned) => coinJson(owned, node))
}

/** One number for an asset that was asked for by name, else all that there are. */
export const balanceJson = (amounts: Amounts, given: Parameters, index: number, node: OceanNode): Json => {
  const name = given.has(index) ? given.text(index) : ''
  if (name === '' || name === '*') return amountsJson(amounts, node)
  return amount(amounts.get(assetIn(name, node)) ?? 0n)
}

const balance = (given: Parameters, node: OceanNode): Json => {
  if (given.has(0)) given.text(0)
  const least = given.has(1) ? given.integer(1) : 1
  const withWatched = given.has(2) && given.boolean(2)
  const { holdings } = node.wallet
  const isPlain = given.count === 0 || given.has(3)
  return balanceJson(isPlain ? holdings.balance() : holdings.balance(withWatched, least), given, 3, node)
}

export const WALLET_VERSION = integer(130000)
export const NO_FEE_SET = new JsonNumber('0.00000000')

/** Of the keys that wait to be used. */
export const poolJson = (node: OceanNode): JsonObject => ({
  keypoololdest: integer(node.wallet.ring.oldestPoolTime ?? node.now()),
  keypoolsize: integer(node.wallet.ring.pool.length),
})

const walletInfo = (given: Parameters, node: OceanNode): JsonObject => {
  const { holdings, ledger, ring } = node.wallet
  return {
    walletversion: WALLET_VERSION,
    balance: balanceJson(holdings.balance(), given, 0, node),
    unconfirmed_balance: balanceJson(holdings.unconfirmed(), given, 0, node),
    immature_balance: balanceJson(holdings.immature(), given, 0, node),
    txcount: integer(ledger.count),
    ...poolJson(node),
    paytxfee: NO_FEE_SET,
    hdmasterkeyid: ring.masterKeyId,
  }
}

export const walletCoinCalls: Calls<OceanNode> = {
  listunspent: listUnspent,
  getbalance: balance,
  getwalletinfo: walletInfo,
}
