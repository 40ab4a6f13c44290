import { isPublicKey, destinationOfScript } from '../../keys/index.js'
import { type Calls, type Parameters, RPC, RpcError, textIn } from '../../rpc/index.js'
import { multisig } from '../../script/index.js'
import { fromHex, toHex } from '../../../util/index.js'
import type { OceanNode } from '../ocean-node.js'
import { addressIn, addressText } from './address.js'
import { accountAt } from './wallet-keys.js'

/** Addresses that several keys stand behind. */

const MAX_KEYS = 16
const MAX_SCRIPT_BYTES = 520

const refuse = (words: string): RpcError => new RpcError(RPC.misc, words)

/** A key in hex, or an address whose key the wallet knows. */
const keyIn = (text: string, node: OceanNode): Uint8Array => {
  const address = addressIn(text, node)
  if (address) {
    if (address.type !== 'keyHash') throw refuse(`${text} does not refer to a key`)
    const known = node.wallet.ring.knownKey(address.hash)
    if (!known) throw refuse(`no full public key for address ${text}`)
    return known.publicKey
  }
  const bytes = /^(?:[0-9a-fA-F]{2})+$/.test(text) ? fromHex(text.toLowerCase()) : new Uint8Array(0)
  if (!isPublicKey(bytes)) throw refuse(` Invalid public key: ${text}`)
  return bytes
}

const redeemScriptIn = (given: Parameters, node: OceanNode): Uint8Array => {
  const required = given.integer(0)
  const texts = given.array(1)
  if (required < 1) throw refuse('a multisignature address must require at least one key to redeem')
  if (texts.length < required) {
    throw refuse(
      `not enough keys supplied (got ${texts.length} keys, but need at least ${required} to redeem)`,
    )
  }
  if (texts.length > MAX_KEYS) {
    throw refuse(
      'Number of addresses involved in the multisignature address creation > 16\nReduce the number',
    )
  }
  const script = multisig(
    required,
    texts.map((text) => keyIn(textIn(text), node)),
  )
  if (script.length > MAX_SCRIPT_BYTES) {
    throw refuse(`redeemScript exceeds size limit: ${script.length} > ${MAX_SCRIPT_BYTES}`)
  }
  return script
}

export const multisigCalls: Calls<OceanNode> = {
  createmultisig(given, node) {
    const script = redeemScriptIn(given, node)
    return { address: addressText(destinationOfScript(script), node), redeemScript: toHex(script) }
  },
  addmultisigaddress(given, node) {
    const account = accountAt(given, 2)
    const script = redeemScriptIn(given, node)
    const address = addressText(destinationOfScript(script), node)
    node.wallet.addRedeemScript(script)
    node.wallet.setLabel(address, account)
    return address
  },
}
