import { publishedKyc } from '../../chain/index.js'
import {
  encodeTransaction,
  FINAL_SEQUENCE,
  type Transaction,
  type TransactionInput,
  type TransactionOutput,
} from '../../codec/index.js'
import { isPublicKey, scriptOfDestination } from '../../keys/index.js'
import { isNumber, type Json, type JsonObject } from '../../json/index.js'
import {
  amountIn,
  arrayIn,
  type Calls,
  expectKinds,
  hashIn,
  integerIn,
  objectIn,
  type Parameters,
  RPC,
  RpcError,
  textIn,
} from '../../rpc/index.js'
import { nullData, OP, push, pushNumber, script } from '../../script/index.js'
import { concat, EMPTY_BYTES, fromHex, toHex } from '../../../util/index.js'
import type { OceanNode } from '../ocean-node.js'
import { requireAddress } from './address.js'
import { assetIn } from './asset.js'

/** Transactions put together from their parts, without signatures. */

const LARGEST_U32 = 0xffffffff
const NO_NONCE = Uint8Array.of(0)

const refuse = (words: string): RpcError => new RpcError(RPC.parameter, `Invalid parameter, ${words}`)

/** A whole number of 32 bits, unsigned, refused in the words for what it stands for. */
const u32In = (value: Json, words: string): number => {
  const number = isNumber(value) && /^-?\d{1,12}$/.test(value.text) ? Number(value.text) : NaN
  if (number >= 0 && number <= LARGEST_U32) return number
  if (isNumber(value)) throw refuse(words)
  return integerIn(value)
}

const inputIn = (value: Json, lockTime: number): TransactionInput => {
  const given = objectIn(value)
  const txid = hashIn(given['txid'] ?? null, 'txid')
  const vout = given['vout'] ?? null
  if (!isNumber(vout)) throw refuse('missing vout key')
  const index = integerIn(vout)
  if (index < 0) throw refuse('vout must be positive')
  const sequence = given['sequence'] ?? null
  return {
    previous: { txid, index },
    script: EMPTY_BYTES,
    sequence: isNumber(sequence)
      ? u32In(sequence, 'sequence number is out of range')
      : FINAL_SEQUENCE - (lockTime === 0 ? 0 : 1),
    isPegIn: false,
  }
}

const lockTimeAt = (given: Parameters, index: number): number =>
  given.has(index) ? u32In(given.at(index), 'locktime out of range') : 0

const dataIn = (value: Json): Uint8Array => {
  const text = typeof value === 'string' ? value : ''
  if (/^(?:[0-9a-fA-F]{2})+$/.test(text)) return fromHex(text.toLowerCase())
  throw new RpcError(RPC.parameter, `Data must be hexadecimal string (not '${text}')`)
}

/** Longer than any script that is kept, and short enough for a push of two length bytes. */
const MAX_DATA_BYTES = 10_000

const dataScript = (...data: readonly Uint8Array[]): Uint8Array => {
  if (data.some(({ length }) => length > MAX_DATA_BYTES)) throw refuse('data is too long')
  return nullData(...data)
}

const outputIn = (name: string, value: Json, asset: string, node: OceanNode): TransactionOutput => {
  const make = (satoshis: bigint, locking: Uint8Array, nonce: Uint8Array = NO_NONCE): TransactionOutput => ({
    asset,
    value: satoshis,
    nonce,
    script: locking,
  })
  if (name === 'data') return make(0n, dataScript(dataIn(value)))
  if (name === 'vdata') return make(0n, dataScript(...arrayIn(value).map(dataIn)))
  if (name === 'fee') return make(amountIn(value), EMPTY_BYTES)
  const address = requireAddress(name, node, `Invalid Bitcoin address: ${name}`)
  return make(amountIn(value), scriptOfDestination(address), address.blindingKey)
}

const hexOf = (inputs: readonly TransactionInput[], outputs: readonly TransactionOutput[], lockTime = 0) => {
  const transaction: Transaction = { version: 2, inputs, outputs, lockTime }
  return toHex(encodeTransaction(transaction))
}

const create = (given: Parameters, node: OceanNode): string => {
  expectKinds(given, 'array', 'object', 'number', 'object')
  if (!given.has(0) || !given.has(1)) throw refuse('arguments 1 and 2 must be non-null')
  const lockTime = lockTimeAt(given, 2)
  const assets: JsonObject = given.has(3) ? given.object(3) : {}
  const inputs = given.array(0).map((input) => inputIn(input, lockTime))
  const outputs = Object.entries(given.object(1)).map(([name, value]) => {
    const named = Object.hasOwn(assets, name) ? assets[name] : undefined
    const asset = named === undefined ? node.parameters.domainAsset : assetIn(textIn(named), node)
    return outputIn(name, value, asset, node)
  })
  return hexOf(inputs, outputs, lockTime)
}

const refuseKey = (words: string): RpcError => new RpcError(RPC.addressOrKey, words)

const bytesIn = (value: Json, words: string): Uint8Array => {
  if (typeof value !== 'string' || !/^(?:[0-9a-fA-F]{2})+$/.test(value)) throw refuseKey(words)
  return fromHex(value.toLowerCase())
}

/** The second key of a policy output, which names an address, publishes a key, or is empty. */
const namedIn = (given: JsonObject, node: OceanNode): Uint8Array => {
  const { address = null, userkey = null } = given
  if (address !== null && userkey !== null) throw refuseKey('Cannot have both address and userkey')
  if (userkey !== null) {
    const key = bytesIn(userkey, 'Userkey must be a hex string')
    if (key.length !== 33) throw refuseKey('Userkey must be 33 bytes in length')
    return publishedKyc(key)
  }
  if (address === null) return EMPTY_BYTES
  const destination = requireAddress(textIn(address), node, 'Invalid  address')
  if (destination.type !== 'keyHash') throw refuseKey('Invalid key id')
  return concat(Uint8Array.of(2), new Uint8Array(12), destination.hash)
}

const policyOutputIn = (value: Json, asset: string, node: OceanNode): TransactionOutput => {
  const given = objectIn(value)
  const key = bytesIn(given['pubkey'] ?? null, 'Pubkey must be a hex string')
  if (!isPublicKey(key)) throw refuseKey('Pubkey is not a valid public key')
  const satoshis = amountIn(given['value'] ?? null)
  const locking = script(
    pushNumber(1),
    push(key),
    push(namedIn(given, node)),
    pushNumber(2),
    OP.CHECKMULTISIG,
  )
  return { asset, value: satoshis, nonce: NO_NONCE, script: locking }
}

const createPolicy = (given: Parameters, node: OceanNode): string => {
  expectKinds(given, 'array', 'array', 'number', 'string')
  if (!given.has(0) || !given.has(1)) throw refuse('arguments 1 and 2 must be non-null')
  const lockTime = lockTimeAt(given, 2)
  const asset = assetIn(given.text(3), node)
  const inputs = given.array(0).map((input) => inputIn(input, lockTime))
  const outputs = given.array(1).map((output) => policyOutputIn(output, asset, node))
  return hexOf(inputs, outputs, lockTime)
}

export const rawTransactionCalls: Calls<OceanNode> = {
  createrawtransaction: create,
  createrawpolicytx: createPolicy,
}
