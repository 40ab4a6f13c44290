import type { Application, Verify } from '../protocol/index.js'
import { describeCode } from './codes.js'
import { decodeTransaction } from './decode-transaction.js'
import { checkTransaction, executeBlock } from './execution.js'
import { queryLedger } from './query.js'
import { decodeSnapshot, encodeSnapshot } from './snapshot.js'
import type { LedgerState } from './state.js'
import { genesisState } from './state.js'

/**
 * The default application: accounts by ed25519 key that move STORE and record data (see {@link ./execution} for
 * the rules).
 *
 * `verify` must be the same pure function on every node, down to odd keys and signatures, since its answer
 * decides what a block does. Pass one that remembers: a transaction is checked before it is published, when it is
 * precommitted and when its block is decided.
 */
export const storeLedger = ({ verify }: { readonly verify: Verify }): Application<LedgerState> => ({
  name: 'store-ledger',
  genesis: genesisState,
  check: (state, transaction, height) => checkTransaction(state, transaction, height, verify),
  execute: (state, transactions, height) => executeBlock(state, transactions, height, verify),
  submitter: submitterOf,
  root: (state) => state.map.root,
  describe: describeCode,
  snapshot: encodeSnapshot,
  restore: decodeSnapshot,
  query: queryLedger,
})

const submitterOf = (bytes: Uint8Array): string | null => {
  const transaction = decodeTransaction(bytes)
  return typeof transaction === 'string' ? null : transaction.from
}
