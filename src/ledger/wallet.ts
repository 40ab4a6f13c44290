import type { Hash } from '../feeds/index.js'
import { assert } from '../util/index.js'
import type { UnsignedRecord, UnsignedTransaction, UnsignedTransfer } from './transaction.js'
import { encodeTransaction, SIGNATURE_SIZE, signingBytes } from './transaction.js'

/**
 * What a client needs to make transactions. Keys stay with the caller: it passes a function that signs with the
 * ed25519 key of the account `from` and gives 64 bytes.
 */
export type Sign = (bytes: Uint8Array) => Uint8Array

/**
 * Canonical bytes of the transaction with its signature for this chain.
 * @throws CodedError `number-out-of-range`, `record-too-large`, `malformed-hex`
 */
export const signTransaction = (chainId: Hash, unsigned: UnsignedTransaction, sign: Sign): Uint8Array => {
  const signature = sign(signingBytes(chainId, unsigned))
  assert(signature.length === SIGNATURE_SIZE, 'an ed25519 signature has 64 bytes')
  return encodeTransaction({ ...unsigned, signature })
}

/** A transfer of `amount` STORE units. Errors as {@link signTransaction}. */
export const signTransfer = (
  chainId: Hash,
  transfer: Omit<UnsignedTransfer, 'kind'>,
  sign: Sign,
): Uint8Array => signTransaction(chainId, { kind: 'transfer', ...transfer }, sign)

/** A record of the client's own data. Errors as {@link signTransaction}. */
export const signRecord = (chainId: Hash, record: Omit<UnsignedRecord, 'kind'>, sign: Sign): Uint8Array =>
  signTransaction(chainId, { kind: 'record', ...record }, sign)
