import { isRedemption } from '../../chain/index.js'
import { type ExplicitOutput, isExplicit } from '../../codec/index.js'
import { amount, integer, type Json, type JsonObject } from '../../json/index.js'
import { type Calls, type Parameters, RPC, RpcError } from '../../rpc/index.js'
import { byBytes } from '../../wallet/index.js'
import type { Frozen } from '../asset-history.js'
import type { OceanNode } from '../ocean-node.js'

/** What there is of each asset, and what of it was redeemed. */

interface Sums {
  spendableCount: number
  spendable: bigint
  frozenCount: number
  frozen: bigint
}

/** Coins of a transaction that a redemption's mark is among are frozen, the mark itself included. */
const redeemedIds = ({ chain }: OceanNode): ReadonlySet<string> => {
  const found = new Set<string>()
  for (const { outPoint, coin } of chain.coins.entries()) {
    const { output } = coin
    if (output.value === 0n && isRedemption({ version: 2, inputs: [], outputs: [output], lockTime: 0 })) {
      found.add(outPoint.txid)
    }
  }
  return found
}

const add = (sums: Sums, { value }: ExplicitOutput, isFrozen: boolean): void => {
  if (isFrozen) {
    sums.frozenCount++
    sums.frozen += value
  } else {
    sums.spendableCount++
    sums.spendable += value
  }
}

const sumsByAsset = (node: OceanNode): ReadonlyMap<string, Sums> => {
  const redeemed = redeemedIds(node)
  const all = new Map<string, Sums>()
  for (const { outPoint, coin } of node.chain.coins.entries()) {
    // What hides its amount cannot be added up.
    if (!isExplicit(coin.output)) continue
    const { asset } = coin.output
    const sums = all.get(asset) ?? { spendableCount: 0, spendable: 0n, frozenCount: 0, frozen: 0n }
    all.set(asset, sums)
    add(sums, coin.output, redeemed.has(outPoint.txid))
  }
  return all
}

const issuedJson = (asset: string, { conf, history }: OceanNode): JsonObject => {
  if (!conf.node.policy.recordInflation) return {}
  const ids = history.issued(asset)
  return { entropy: ids?.entropy ?? 'null', token: ids?.token ?? 'null' }
}

const assetInfo = (_given: Parameters, node: OceanNode): Json =>
  [...sumsByAsset(node)]
    .sort(([a], [b]) => byBytes(a, b))
    .map(([asset, sums]) => ({
      asset,
      spendabletxouts: integer(sums.spendableCount),
      amountspendable: amount(sums.spendable),
      frozentxouts: integer(sums.frozenCount),
      amountfrozen: amount(sums.frozen),
      ...issuedJson(asset, node),
    }))

const frozenJson = ({ outPoint, asset, value, start, end }: Frozen): JsonObject => ({
  txid: outPoint.txid,
  vout: integer(outPoint.index),
  asset,
  value: amount(value),
  start: integer(start),
  end: integer(end),
})

/** All of it, or what was set free within the last so many blocks. */
const freezeHistory = (given: Parameters, { chain, history }: OceanNode): Json => {
  const blocks = given.has(0) ? given.integer(0) : 0
  if (blocks < 0) throw new RpcError(RPC.parameter, 'Invalid parameter, height must be positive')
  const isWanted = ({ end }: Frozen): boolean => blocks === 0 || (end !== 0 && end > chain.height - blocks)
  return history.frozen.filter(isWanted).map(frozenJson)
}

export const assetInfoCalls: Calls<OceanNode> = {
  getutxoassetinfo: assetInfo,
  getfreezehistory: freezeHistory,
}
