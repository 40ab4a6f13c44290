import {
  type AddressList,
  destinationKey,
  type DestinationKey,
  isDerived,
  type RegisteredAddress,
} from '../../chain/index.js'
import { isPublicKey } from '../../keys/index.js'
import { type Call, type Calls, RPC, RpcError, textIn } from '../../rpc/index.js'
import { fromHex } from '../../../util/index.js'
import type { OceanNode } from '../ocean-node.js'
import { addressIn, requireAddress } from './address.js'

/** Entries of the lists that this node alone makes; those of the chain come with blocks. */

const anyAddress = (text: string, node: OceanNode): DestinationKey =>
  destinationKey(requireAddress(text, node, 'Invalid  address'))

/** Freezelist and burnlist hold addresses of one key only. */
const keyAddress = (text: string, node: OceanNode): DestinationKey => {
  const address = requireAddress(text, node, 'Invalid  address')
  if (address.type !== 'keyHash') throw new RpcError(RPC.addressOrKey, 'Invalid key id')
  return destinationKey(address)
}

type Listed = 'freezelist' | 'burnlist'

const listOf = ({ chain }: OceanNode, name: Listed): AddressList => chain.lists[name]

const callsOf = (name: Listed): Calls<OceanNode> => ({
  [`addto${name}`](given, node) {
    listOf(node, name).add(keyAddress(given.text(0), node))
    return null
  },
  [`query${name}`]: (given, node) => listOf(node, name).has(keyAddress(given.text(0), node)),
  [`removefrom${name}`](given, node) {
    listOf(node, name).remove(keyAddress(given.text(0), node))
    return null
  },
  [`clear${name}`](_given, node) {
    listOf(node, name).clear()
    return null
  },
})

const keyIn = (text: string): Uint8Array => {
  const bytes = /^(?:[0-9a-fA-F]{2})+$/.test(text) ? fromHex(text.toLowerCase()) : new Uint8Array(0)
  if (!isPublicKey(bytes)) throw new RpcError(RPC.parameter, 'Set: invalid public key')
  return bytes
}

const addDerived = (address: RegisteredAddress, { chain, parameters }: OceanNode, refusal: string): null => {
  if (!isDerived(address, parameters.contractHash)) throw new RpcError(RPC.parameter, refusal)
  chain.lists.whitelist.add(destinationKey(address))
  return null
}

const addToWhitelist: Call<OceanNode> = (given, node) => {
  const text = given.text(0)
  const address = addressIn(text, node)
  if (!address) throw new RpcError(RPC.parameter, `add_derived: invalid Bitcoin address: ${text}`)
  const listed = { ...address, baseKeys: [keyIn(given.text(1))], required: 1 }
  return addDerived(
    listed,
    node,
    'Set: address does not derive from public key when tweaked with contract hash',
  )
}

const addMultisig: Call<OceanNode> = (given, node) => {
  const text = given.text(0)
  const baseKeys = given.array(1).map((key) => keyIn(textIn(key)))
  const required = given.integer(2)
  if (given.has(3)) {
    // The recorded words: a real node without an encrypted whitelist refuses the argument for good.
    throw new RpcError(RPC.misc, 'kycaddress argument not implemented for unencrypted whitelist')
  }
  const address = addressIn(text, node)
  if (!address) throw new RpcError(RPC.parameter, `add_derived: invalid Bitcoin address: ${text}`)
  const refusal = 'TryValid: address does not derive from public keys when tweaked with contract hash\n'
  return addDerived({ ...address, baseKeys, required }, node, refusal)
}

export const listCalls: Calls<OceanNode> = {
  ...callsOf('freezelist'),
  ...callsOf('burnlist'),
  addtowhitelist: addToWhitelist,
  addmultitowhitelist: addMultisig,
  querywhitelist: (given, node) => node.chain.lists.whitelist.has(anyAddress(given.text(0), node)),
  removefromwhitelist(given, node) {
    node.chain.lists.whitelist.remove(anyAddress(given.text(0), node))
    return null
  },
  clearwhitelist(_given, node) {
    node.chain.lists.whitelist.clear()
    return null
  },
}
