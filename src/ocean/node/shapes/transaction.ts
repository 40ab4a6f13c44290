import { toHex } from '../../../util/index.js'
import type { ChainParameters } from '../../chain/index.js'
import {
  fullHash,
  isCoinbase,
  isReissuance,
  issuedBy,
  type Transaction,
  transactionId,
  type TransactionInput,
  type TransactionOutput,
  transactionSize,
  type ValueField,
  witnessOnlyHash,
} from '../../codec/index.js'
import { amount, integer, type JsonObject } from '../../json/index.js'
import { asmOf, scriptJson } from './script.js'

/** Transactions as JSON, member for member as a real node shows them. */

const valueJson = (name: string, value: ValueField): JsonObject => {
  if (typeof value === 'bigint') return { [name]: amount(value) }
  return value === null ? {} : { [`${name}commitment`]: toHex(value.commitment) }
}

const issuanceJson = (input: TransactionInput, parameters: ChainParameters): JsonObject => {
  const ids = issuedBy(input)
  const { issuance } = input
  if (!ids || !issuance) return {}
  const isAgain = isReissuance(issuance)
  return {
    issuance: {
      assetBlindingNonce: issuance.blindingNonce,
      assetEntropy: ids.entropy,
      isreissuance: isAgain,
      ...(isAgain ? {} : { token: ids.token }),
      asset: ids.asset,
      ...valueJson('assetamount', issuance.assetAmount),
      ...valueJson('tokenamount', issuance.tokenAmount),
      ...labelJson(ids.asset, parameters),
    },
  }
}

const inputJson = (
  transaction: Transaction,
  input: TransactionInput,
  index: number,
  parameters: ChainParameters,
): JsonObject => {
  const sequence = { sequence: integer(input.sequence) }
  const stack = transaction.witness?.inputs[index]?.stack ?? []
  const witness = stack.length > 0 ? { scriptWitness: stack.map(toHex), pegin_witness: [] } : {}
  if (isCoinbase(transaction)) return { coinbase: toHex(input.script), ...witness, ...sequence }
  return {
    txid: input.previous.txid,
    vout: integer(input.previous.index),
    scriptSig: { asm: asmOf(input.script, true), hex: toHex(input.script) },
    is_pegin: input.isPegIn,
    ...witness,
    ...issuanceJson(input, parameters),
    ...sequence,
  }
}

const labelJson = (asset: unknown, { assetLabels }: ChainParameters): JsonObject => {
  const label = [...assetLabels].find(([, id]) => id === asset)?.[0]
  return label === undefined ? {} : { assetlabel: label }
}

/** Value and asset of an output. */
export const assetJson = ({ asset, value }: TransactionOutput): JsonObject => ({
  ...valueJson('value', value),
  ...(typeof asset === 'string' ? { asset } : {}),
  ...(asset !== null && typeof asset === 'object' ? { assetcommitment: toHex(asset.commitment) } : {}),
})

export const transactionJson = (transaction: Transaction, parameters: ChainParameters): JsonObject => {
  const { size, virtualSize } = transactionSize(transaction)
  return {
    txid: transactionId(transaction),
    hash: fullHash(transaction),
    withash: witnessOnlyHash(transaction),
    size: integer(size),
    vsize: integer(virtualSize),
    version: integer(transaction.version),
    locktime: integer(transaction.lockTime),
    vin: transaction.inputs.map((input, index) => inputJson(transaction, input, index, parameters)),
    vout: transaction.outputs.map((output, index) => ({
      ...assetJson(output),
      ...labelJson(output.asset, parameters),
      n: integer(index),
      scriptPubKey: scriptJson(output.script, parameters),
    })),
  }
}
