import { type DecodedAddress, encodeConfidentialAddress, scriptOfDestination } from '../../keys/index.js'
import { integer, type JsonObject } from '../../json/index.js'
import type { Calls, Parameters } from '../../rpc/index.js'
import { formOf } from '../../script/index.js'
import { EMPTY_BYTES, toHex } from '../../../util/index.js'
import { ownershipOf } from '../../wallet/index.js'
import type { OceanNode } from '../ocean-node.js'
import { destinationsJson } from '../shapes/script.js'
import { addressIn, addressText } from './address.js'

/** What is known of an address. */

const confidentialJson = (address: DecodedAddress, text: string, node: OceanNode): JsonObject => {
  const { wallet, parameters } = node
  if (!ownershipOf(scriptOfDestination(address), wallet.ring)) return {}
  if (address.blindingKey) return { confidential: text }
  const key = wallet.ring.blindingKeyFor(address)
  return { confidential: encodeConfidentialAddress(address, key, parameters.prefixes) }
}

const keyJson = ({ hash }: DecodedAddress, { wallet }: OceanNode): JsonObject => {
  const known = wallet.ring.knownKey(hash)
  if (!known) return { isscript: false }
  const { publicKey } = known
  return { isscript: false, pubkey: toHex(publicKey), iscompressed: publicKey.length === 33 }
}

const scriptJson = ({ hash }: DecodedAddress, { wallet, parameters }: OceanNode): JsonObject => {
  const script = wallet.ring.redeemScript(hash)
  if (!script) return { isscript: true }
  const form = formOf(script)
  const { addresses = [] } = destinationsJson(script, parameters)
  return {
    isscript: true,
    script: form.type,
    hex: toHex(script),
    addresses,
    ...(form.type === 'multisig' ? { sigsrequired: integer(form.required) } : {}),
  }
}

/** Where a key came from; `derivedpubkey` is the key before its tweak. */
const originJson = (address: DecodedAddress, { wallet: { ring } }: OceanNode): JsonObject => {
  const known = address.type === 'keyHash' ? ring.knownKey(address.hash) : undefined
  if (!known) {
    const since = ring.watchedSince(scriptOfDestination(address))
    return since === undefined ? {} : { timestamp: integer(since), derivedpubkey: '' }
  }
  const { derived } = known
  return {
    timestamp: integer(known.time),
    ...(derived ? { hdkeypath: derived.path, hdmasterkeyid: ring.masterKeyId } : {}),
    derivedpubkey: toHex(derived?.baseKey ?? EMPTY_BYTES),
  }
}

const validate = (given: Parameters, node: OceanNode): JsonObject => {
  const text = given.text(0)
  const address = addressIn(text, node)
  if (!address) return { isvalid: false }
  const script = scriptOfDestination(address)
  const ownership = ownershipOf(script, node.wallet.ring)
  const plain = addressText(address, node)
  const label = node.wallet.ring.label(plain)
  return {
    isvalid: true,
    address: text,
    scriptPubKey: toHex(script),
    confidential_key: toHex(address.blindingKey ?? EMPTY_BYTES),
    unconfidential: plain,
    ismine: ownership === 'spendable',
    iswatchonly: ownership === 'watched',
    ...confidentialJson(address, text, node),
    ...(address.type === 'keyHash' ? keyJson(address, node) : scriptJson(address, node)),
    ...(label === undefined ? {} : { account: label }),
    ...originJson(address, node),
  }
}

export const validateAddressCalls: Calls<OceanNode> = { validateaddress: validate }
