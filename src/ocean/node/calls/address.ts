import { decodeAddress, type DecodedAddress, type Destination, encodeAddress } from '../../keys/index.js'
import { RPC, RpcError } from '../../rpc/index.js'
import { isCoded } from '../../../util/index.js'
import type { OceanNode } from '../ocean-node.js'

/** Addresses as callers write them. */

export const addressIn = (text: string, { parameters }: OceanNode): DecodedAddress | undefined => {
  try {
    return decodeAddress(text, parameters.prefixes)
  } catch (error) {
    if (isCoded(error)) return undefined
    throw error
  }
}

/** @param words in which a real node refuses what is no address, for the call at hand */
export const requireAddress = (text: string, node: OceanNode, words: string): DecodedAddress => {
  const address = addressIn(text, node)
  if (!address) throw new RpcError(RPC.addressOrKey, words)
  return address
}

export const addressText = ({ type, hash }: Destination, { parameters }: OceanNode): string =>
  encodeAddress({ type, hash }, parameters.prefixes)
