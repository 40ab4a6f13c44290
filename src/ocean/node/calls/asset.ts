import { NULL_ID } from '../../codec/index.js'
import { amount, type JsonObject } from '../../json/index.js'
import { RPC, RpcError } from '../../rpc/index.js'
import type { Amounts } from '../../wallet/index.js'
import type { OceanNode } from '../ocean-node.js'

/** Assets by label or by id. */

const ID = /^[0-9a-f]{64}$/

export const knownAsset = (text: string, { parameters }: OceanNode): string | undefined => {
  const id = parameters.assetLabels.get(text) ?? text.toLowerCase()
  return ID.test(id) && id !== NULL_ID ? id : undefined
}

export const assetIn = (text: string, node: OceanNode): string => {
  const asset = knownAsset(text, node)
  if (asset === undefined) throw new RpcError(RPC.wallet, `Unknown label and invalid asset hex: ${text}`)
  return asset
}

export const assetName = (asset: string, { parameters }: OceanNode): string =>
  [...parameters.assetLabels].find(([, id]) => id === asset)?.[0] ?? asset

/** Sums under the names of their assets. */
export const amountsJson = (amounts: Amounts, node: OceanNode): JsonObject =>
  Object.fromEntries([...amounts].map(([asset, sum]) => [assetName(asset, node), amount(sum)]))
