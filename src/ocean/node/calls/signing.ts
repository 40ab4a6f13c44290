import {
  blockDigest,
  encodeTransaction,
  type OutPoint,
  readTransaction,
  type Transaction,
  WireReader,
} from '../../codec/index.js'
import { coinKey } from '../../chain/index.js'
import { decodePrivateKey, signDigest } from '../../keys/index.js'
import { integer, isNumber, type Json, type JsonObject } from '../../json/index.js'
import {
  type Calls,
  expectKinds,
  hashIn,
  integerIn,
  type Parameters,
  RPC,
  RpcError,
  textIn,
  objectIn,
  unexpected,
} from '../../rpc/index.js'
import { formOf, SIGHASH_ALL, SIGHASH_NAMES } from '../../script/index.js'
import {
  eitherOf,
  type KeySource,
  keySourceOf,
  type Signed,
  type SigningKey,
  signingKeyOf,
  signTransaction,
  scriptOfStack,
  unlockingStack,
} from '../../signing/index.js'
import { equalBytes, fromHex, isCoded, toHex } from '../../../util/index.js'
import type { OceanNode } from '../ocean-node.js'
import { asmOf } from '../shapes/script.js'
import { blockIn, decoded } from './hex.js'

/** Signatures of this wallet, or of keys a call brings along. */

/** One transaction after the other: the same one, as several have signed it. */
const variantsIn = (given: Parameters): readonly [Transaction, ...Transaction[]] => {
  const text = given.text(0)
  const [first, ...rest] = decoded(() => {
    const reader = new WireReader(fromHex(text.toLowerCase()))
    const found: Transaction[] = []
    while (reader.remaining > 0) found.push(readTransaction(reader))
    return found
  }, 'TX decode failed')
  if (!first) throw new RpcError(RPC.deserialization, 'Missing transaction')
  return [first, ...rest]
}

/** What a call says of a coin that the node may not know. */
interface Told {
  readonly outPoint: OutPoint
  readonly script: Uint8Array
  readonly redeemScript: Uint8Array | undefined
}

const member = (given: JsonObject, name: string, kind: 'string' | 'number'): Json => {
  const value = given[name] ?? null
  if (value === null) throw new RpcError(RPC.type, `Missing ${name}`)
  const isRight = kind === 'number' ? isNumber(value) : typeof value === 'string'
  if (isRight) return value
  const { message } = unexpected(kind, value)
  throw new RpcError(RPC.type, message.replace(`type ${kind}`, `type ${kind} for ${name}`))
}

const hexIn = (value: Json, name: string): Uint8Array => {
  const text = textIn(value)
  if (/^(?:[0-9a-fA-F]{2})+$/.test(text)) return fromHex(text.toLowerCase())
  throw new RpcError(RPC.parameter, `${name} must be hexadecimal string (not '${text}')`)
}

const toldIn = (value: Json, bringsKeys: boolean): Told => {
  const given = objectIn(value)
  const txid = hashIn(member(given, 'txid', 'string'), 'txid')
  const index = integerIn(member(given, 'vout', 'number'))
  if (index < 0) throw new RpcError(RPC.deserialization, 'vout must be positive')
  const script = hexIn(member(given, 'scriptPubKey', 'string'), 'scriptPubKey')
  const wantsRedeem = bringsKeys && formOf(script).type === 'scripthash'
  const redeem = wantsRedeem ? member(given, 'redeemScript', 'string') : null
  const redeemScript = redeem === null ? undefined : hexIn(redeem, 'redeemScript')
  return { outPoint: { txid, index }, script, redeemScript }
}

/** A coin the node knows has the script it has, whatever the caller says. */
const checkTold = ({ outPoint, script }: Told, node: OceanNode): void => {
  const known = node.mempool.coin(outPoint)?.output.script
  if (!known || equalBytes(known, script)) return
  throw new RpcError(
    RPC.deserialization,
    `Previous output scriptPubKey mismatch:\n${asmOf(known)}\nvs:\n${asmOf(script)}`,
  )
}

const keyIn = (value: Json, { parameters }: OceanNode): SigningKey => {
  const text = textIn(value)
  try {
    return signingKeyOf(decodePrivateKey(text, parameters.prefixes))
  } catch (error) {
    if (isCoded(error)) throw new RpcError(RPC.addressOrKey, 'Invalid private key')
    throw error
  }
}

const hashTypeAt = (given: Parameters, index: number): number => {
  if (!given.has(index)) return SIGHASH_ALL
  const type = SIGHASH_NAMES.get(given.text(index))
  if (type === undefined) throw new RpcError(RPC.parameter, 'Invalid sighash param')
  return type
}

const signedJson = ({ transaction, unsigned }: Signed): JsonObject => {
  const errors = unsigned.flatMap(({ index, why }) => {
    const input = transaction.inputs[index]
    if (!input) return []
    return [
      {
        txid: input.previous.txid,
        vout: integer(input.previous.index),
        scriptSig: toHex(input.script),
        sequence: integer(input.sequence),
        error: why,
      },
    ]
  })
  return {
    hex: toHex(encodeTransaction(transaction)),
    complete: errors.length === 0,
    ...(errors.length === 0 ? {} : { errors }),
  }
}

const sign = (given: Parameters, node: OceanNode): JsonObject => {
  expectKinds(given, 'string', 'array', 'array', 'string')
  const variants = variantsIn(given)
  const keys = given.has(2) ? given.array(2).map((key) => keyIn(key, node)) : undefined
  const told = given.has(1) ? given.array(1).map((coin) => toldIn(coin, keys !== undefined)) : []
  for (const coin of told) checkTold(coin, node)
  const scripts = new Map(told.map(({ outPoint, script }) => [coinKey(outPoint), script]))
  const brought = keySourceOf(
    keys ?? [],
    told.flatMap(({ redeemScript }) => redeemScript ?? []),
  )
  const signed = signTransaction({
    variants,
    scriptOf: (outPoint) => scripts.get(coinKey(outPoint)) ?? node.mempool.coin(outPoint)?.output.script,
    keys: keys ? brought : eitherOf(brought, node.wallet.ring),
    type: hashTypeAt(given, 3),
  })
  return signedJson(signed)
}

/** The signatures of the keys at hand for a block: they cover its hash and say nothing of what they cover. */
const blockSignatures = (digest: Uint8Array, challenge: Uint8Array, keys: KeySource): Uint8Array =>
  scriptOfStack(unlockingStack(challenge, keys, ({ secret }) => signDigest(digest, secret)))

export const signingCalls: Calls<OceanNode> = {
  signrawtransaction: sign,
  signblock(given, node) {
    const block = blockIn(given)
    const reason = node.judgeProposal(block)
    if (reason !== undefined) throw new RpcError(RPC.verify, reason)
    const { header } = block
    return toHex(blockSignatures(blockDigest(header), header.challenge, node.wallet.ring))
  },
}
