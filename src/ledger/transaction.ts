import type { Hash } from '../feeds/index.js'
import { hashBytes, hashHex, sha256, tagged } from '../feeds/index.js'
import { CodedError, concat, u16, u64, u8 } from '../util/index.js'
import type { AccountId } from './account.js'
import { accountBytes, MAX_UNITS } from './account.js'

/**
 * The canonical form of a transaction: one byte string for one meaning, fixed width, big-endian.
 *
 *     u8 version = 1 | u8 kind | 32 B from | u64 nonce | u64 validUntil | u64 fee | body | 64 B signature
 *     kind 1, transfer:  32 B to | u64 amount
 *     kind 2, record:    u16 length | data
 *     kind 3 is kept for registry operations and refused.
 *
 * The signature is over `"bf/ledger/v1" | chainId | everything before the signature`.
 */
export const TRANSACTION_VERSION = 1

export const KIND = { transfer: 1, record: 2 } as const

/** Version, kind, sender and the three numbers. */
export const HEADER_SIZE = 2 + 32 + 3 * 8
export const SIGNATURE_SIZE = 64

/** Most bytes that a record carries. */
export const MAX_RECORD_SIZE = 2048

/**
 * Most bytes of any transaction, also of kinds to come. In base64 it takes 5464 of the 8192 characters of a feed
 * message, which leaves envelope and signature more than they need: whatever is accepted can be published.
 */
export const MAX_TRANSACTION_SIZE = 4096

interface Header {
  /** Who pays, and whose key signs. */
  readonly from: AccountId
  /** The sender's next nonce. */
  readonly nonce: bigint
  /** Last height at which the transaction may be executed. */
  readonly validUntil: bigint
  /** STORE units, collected by the chain. */
  readonly fee: bigint
}

export interface UnsignedTransfer extends Header {
  readonly kind: 'transfer'
  readonly to: AccountId
  /** STORE units. */
  readonly amount: bigint
}

export interface UnsignedRecord extends Header {
  readonly kind: 'record'
  /** The client's own bytes, at most {@link MAX_RECORD_SIZE}; the ledger does not look at them. */
  readonly data: Uint8Array
}

export type UnsignedTransaction = UnsignedTransfer | UnsignedRecord

export type Transaction = UnsignedTransaction & { readonly signature: Uint8Array }

/** @throws CodedError `number-out-of-range`, `record-too-large`, `malformed-hex` (an account that is none) */
export const encodeUnsigned = (unsigned: UnsignedTransaction): Uint8Array =>
  concat(
    u8(TRANSACTION_VERSION),
    u8(KIND[unsigned.kind]),
    accountBytes(unsigned.from),
    number('nonce', unsigned.nonce),
    number('validUntil', unsigned.validUntil),
    number('fee', unsigned.fee),
    encodeBody(unsigned),
  )

const encodeBody = (unsigned: UnsignedTransaction): Uint8Array => {
  if (unsigned.kind === 'transfer') {
    return concat(accountBytes(unsigned.to), number('amount', unsigned.amount))
  }
  if (unsigned.data.length > MAX_RECORD_SIZE) {
    throw new CodedError('record-too-large', `a record carries at most ${MAX_RECORD_SIZE} bytes`, {
      size: unsigned.data.length,
    })
  }
  return concat(u16(unsigned.data.length), unsigned.data)
}

const number = (field: string, value: bigint): Uint8Array => {
  if (value >= 0n && value <= MAX_UNITS) return u64(value)
  throw new CodedError('number-out-of-range', `${field} is not an unsigned integer of 64 bits`, { field })
}

/** Errors as {@link encodeUnsigned}. */
export const encodeTransaction = (transaction: Transaction): Uint8Array =>
  concat(encodeUnsigned(transaction), transaction.signature)

/** The bytes that the sender signs. Errors as {@link encodeUnsigned}. */
export const signingBytes = (chainId: Hash, unsigned: UnsignedTransaction): Uint8Array =>
  signingBytesOf(chainId, encodeUnsigned(unsigned))

/** The same from canonical bytes without their signature. */
export const signingBytesOf = (chainId: Hash, unsignedBytes: Uint8Array): Uint8Array =>
  tagged('bf/ledger/v1', hashBytes(chainId), unsignedBytes)

/** Names a transaction everywhere: SHA-256 of its canonical bytes. */
export const transactionHash = (bytes: Uint8Array): Hash => hashHex(sha256(bytes))
