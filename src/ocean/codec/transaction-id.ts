import { sha256d } from './hash.js'
import type { Transaction } from './transaction.js'
import { encodeTransaction, encodeWithoutWitness } from './transaction-codec.js'
import { idOf } from './wire.js'
import { witnessHash } from './witness.js'

export const transactionId = (transaction: Transaction): string =>
  idOf(sha256d(encodeWithoutWitness(transaction)))

/** `hash` in the node's JSON: over everything, witness included. */
export const fullHash = (transaction: Transaction): string => idOf(sha256d(encodeTransaction(transaction)))

/** `withash` in the node's JSON. */
export const witnessOnlyHash = (transaction: Transaction): string => idOf(witnessHash(transaction))

export interface TransactionSize {
  /** Bytes as serialised. */
  readonly size: number
  /** Bytes without the witness. */
  readonly strippedSize: number
  /** Three times the stripped size and once the whole. */
  readonly weight: number
  /** A quarter of the weight, rounded up. */
  readonly virtualSize: number
}

export const transactionSize = (transaction: Transaction): TransactionSize => {
  const size = encodeTransaction(transaction).length
  const strippedSize = encodeWithoutWitness(transaction).length
  const weight = 3 * strippedSize + size
  return { size, strippedSize, weight, virtualSize: Math.ceil(weight / 4) }
}
