import { hash160 } from '../../codec/index.js'
import {
  decodePrivateKey,
  destinationOf,
  destinationOfKey,
  encodePrivateKey,
  type PrivateKey,
  publicKeyOf,
  scriptOfDestination,
} from '../../keys/index.js'
import { type Calls, type Parameters, RPC, RpcError } from '../../rpc/index.js'
import { fromHex, isCoded } from '../../../util/index.js'
import { ownershipOf } from '../../wallet/index.js'
import type { OceanNode } from '../ocean-node.js'
import { addressIn, addressText, requireAddress } from './address.js'

/** Keys and addresses of the wallet. */

export const accountAt = (given: Parameters, index: number): string => {
  const account = given.has(index) ? given.text(index) : ''
  if (account === '*') throw new RpcError(RPC.invalidAccount, 'Invalid account name')
  return account
}

const newAddress = (given: Parameters, node: OceanNode): string => {
  const account = accountAt(given, 0)
  node.wallet.fillPool()
  const address = addressText(destinationOfKey(node.wallet.takeKey()), node)
  node.wallet.setLabel(address, account)
  return address
}

const secretIn = (text: string, { parameters }: OceanNode): PrivateKey => {
  let key: PrivateKey
  try {
    key = decodePrivateKey(text, parameters.prefixes)
  } catch (error) {
    if (isCoded(error)) throw new RpcError(RPC.addressOrKey, 'Invalid private key encoding')
    throw error
  }
  try {
    publicKeyOf(key.bytes, key.isCompressed)
  } catch (error) {
    if (isCoded(error)) throw new RpcError(RPC.addressOrKey, 'Private key outside allowed range')
    throw error
  }
  return key
}

const isWanted = (given: Parameters, index: number): boolean => !given.has(index) || given.boolean(index)

const importKey = async (given: Parameters, node: OceanNode): Promise<null> => {
  const { wallet } = node
  const text = given.text(0)
  const label = given.has(1) ? given.text(1) : ''
  const isRescan = isWanted(given, 2)
  const { bytes, isCompressed } = secretIn(text, node)
  const destination = destinationOfKey(publicKeyOf(bytes, isCompressed))
  wallet.setLabel(addressText(destination, node), label)
  if (wallet.ring.knownKey(destination.hash)) return null
  wallet.importKey(bytes, isCompressed)
  if (isRescan) await node.rescan()
  return null
}

const watchScript = (script: Uint8Array, label: string, node: OceanNode): void => {
  const { wallet } = node
  if (ownershipOf(script, wallet.ring) === 'spendable') {
    throw new RpcError(RPC.wallet, 'The wallet already contains the private key for this address or script')
  }
  if (wallet.ring.watchedSince(script) === undefined) wallet.watch(script)
  const destination = destinationOf(script)
  if (destination) wallet.setLabel(addressText(destination, node), label)
}

const importAddress = async (given: Parameters, node: OceanNode): Promise<null> => {
  const { wallet } = node
  const text = given.text(0)
  const label = given.has(1) ? given.text(1) : ''
  const isRescan = isWanted(given, 2)
  const isRedeemScript = given.has(3) && given.boolean(3)
  const address = addressIn(text, node)
  if (address && isRedeemScript) {
    throw new RpcError(RPC.addressOrKey, 'Cannot use the p2sh flag with an address - use a script instead')
  }
  const script = address ? scriptOfDestination(address) : scriptIn(text)
  watchScript(script, label, node)
  if (isRedeemScript) {
    wallet.addRedeemScript(script)
    watchScript(scriptOfDestination({ type: 'scriptHash', hash: hash160(script) }), label, node)
  }
  if (isRescan) await node.rescan()
  return null
}

const scriptIn = (text: string): Uint8Array => {
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(text)) {
    throw new RpcError(RPC.addressOrKey, 'Invalid Bitcoin address or script')
  }
  return fromHex(text.toLowerCase())
}

const dumpKey = (given: Parameters, node: OceanNode): string => {
  const text = given.text(0)
  const address = requireAddress(text, node, 'Invalid Bitcoin address')
  if (address.type !== 'keyHash') throw new RpcError(RPC.type, 'Address does not refer to a key')
  const key = node.wallet.ring.key(address.hash)
  if (!key) throw new RpcError(RPC.wallet, `Private key for address ${text} is not known`)
  const isCompressed = key.publicKey.length === 33
  return encodePrivateKey({ bytes: key.secret, isCompressed }, node.parameters.prefixes)
}

const accountOf = (given: Parameters, node: OceanNode): string => {
  const address = requireAddress(given.text(0), node, 'Invalid Bitcoin address')
  return node.wallet.ring.label(addressText(address, node)) ?? ''
}

export const walletKeyCalls: Calls<OceanNode> = {
  getnewaddress: newAddress,
  importprivkey: importKey,
  importaddress: importAddress,
  dumpprivkey: dumpKey,
  getaccount: accountOf,
}
