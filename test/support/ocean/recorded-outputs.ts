import {
  bytesOfHex,
  decodeBlock,
  decodeTransaction,
  type OutPoint,
  type Transaction,
  transactionId,
  type TransactionOutput,
} from '../../../src/ocean/codec/index.js'
import { acceptedBlocks, allCalls, describedTransactions } from './recordings.js'

/** Every transaction the nodes accepted or showed, by id. */
const collect = (): Map<string, Transaction> => {
  const blocks = [...acceptedBlocks().values()].flatMap((hex) => decodeBlock(bytesOfHex(hex)).transactions)
  const sent = allCalls.flatMap(({ method, params, result }) =>
    method === 'sendrawtransaction' && typeof result === 'string'
      ? [decodeTransaction(bytesOfHex(String(params?.[0])))]
      : [],
  )
  const shown = [...describedTransactions().keys()].map((hex) => decodeTransaction(bytesOfHex(hex)))
  return new Map(
    [...blocks, ...sent, ...shown].map((transaction) => [transactionId(transaction), transaction]),
  )
}

export const recordedTransactions = collect()

export const recordedOutput = ({ txid, index }: OutPoint): TransactionOutput | undefined =>
  recordedTransactions.get(txid)?.outputs[index]
