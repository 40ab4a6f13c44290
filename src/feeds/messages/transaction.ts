import Type from 'typebox'
import { fromBase64, toBase64 } from '../../util/index.js'
import { MESSAGE_SIZE_LIMIT, TRANSACTIONS_PER_MESSAGE_LIMIT } from '../limits.js'
import type { TransactionBody } from '../message.js'
import { codec } from './codec.js'
import { envelope } from './fields.js'

/** A validator's lane: pre-validated transactions, at least one, each of at least one byte. */
const schema = envelope('transaction', {
  txs: Type.Array(Type.String({ minLength: 4, maxLength: MESSAGE_SIZE_LIMIT }), {
    minItems: 1,
    maxItems: TRANSACTIONS_PER_MESSAGE_LIMIT,
  }),
})

export const transaction = codec(schema)(
  ({ data }): TransactionBody => ({
    type: 'transaction',
    transactions: data.txs.map((text) => fromBase64(text)),
  }),
  (body) => ({ type: 'transaction', data: { txs: body.transactions.map(toBase64) } }),
)
