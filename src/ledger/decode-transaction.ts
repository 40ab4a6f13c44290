import { ByteReader } from '../util/index.js'
import type { AccountId } from './account.js'
import { accountIdOf } from './account.js'
import type { FailureName } from './codes.js'
import type { Transaction } from './transaction.js'
import {
  HEADER_SIZE,
  KIND,
  MAX_RECORD_SIZE,
  MAX_TRANSACTION_SIZE,
  SIGNATURE_SIZE,
  TRANSACTION_VERSION,
} from './transaction.js'

/** What bytes that are no transaction fail for; their sender is unknown, so nothing else can be said. */
export type DecodeFailure = Extract<FailureName, 'malformed' | 'unsupported-kind' | 'wrong-version'>

const TRANSFER_BODY_SIZE = 32 + 8
const RECORD_LENGTH_SIZE = 2

/**
 * The gate for transaction bytes from anywhere: the transaction, or the code of what is wrong with its form.
 * Accepts exactly what {@link encodeTransaction} gives. Every size is known before it is read, so nothing throws.
 */
export const decodeTransaction = (bytes: Uint8Array): Transaction | DecodeFailure => {
  const bodySize = bytes.length - HEADER_SIZE - SIGNATURE_SIZE
  if (bodySize < 0 || bytes.length > MAX_TRANSACTION_SIZE) return 'malformed'
  const reader = new ByteReader(bytes)
  const version = reader.u8()
  const kind = reader.u8()
  const header = {
    from: accountIdOf(reader.take(32)),
    nonce: reader.u64(),
    validUntil: reader.u64(),
    fee: reader.u64(),
  }
  const body = decodeBody(kind, bodySize, reader)
  if (typeof body === 'string') return body
  return version === TRANSACTION_VERSION
    ? { ...header, ...body, signature: reader.take(SIGNATURE_SIZE) }
    : 'wrong-version'
}

type Body =
  | { readonly kind: 'transfer'; readonly to: AccountId; readonly amount: bigint }
  | { readonly kind: 'record'; readonly data: Uint8Array }

const decodeBody = (kind: number, size: number, reader: ByteReader): Body | DecodeFailure => {
  switch (kind) {
    case KIND.transfer:
      if (size !== TRANSFER_BODY_SIZE) return 'malformed'
      return { kind: 'transfer', to: accountIdOf(reader.take(32)), amount: reader.u64() }
    case KIND.record: {
      const dataSize = size - RECORD_LENGTH_SIZE
      if (dataSize < 0 || dataSize > MAX_RECORD_SIZE || reader.u16() !== dataSize) return 'malformed'
      return { kind: 'record', data: reader.take(dataSize) }
    }
    default:
      return 'unsupported-kind'
  }
}
