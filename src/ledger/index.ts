export type { Account, AccountId } from './account.js'
export { accountBytes, accountIdOf, isAccountId, MAX_UNITS } from './account.js'
export type { CodeDescription, CodeName, FailureName } from './codes.js'
export { ALL_CODES, codeOf, describeCode } from './codes.js'
export type { DecodeFailure } from './decode-transaction.js'
export { decodeTransaction } from './decode-transaction.js'
export type { AccountAnswer } from './proof.js'
export { ACCOUNT_ANSWER, verifyAccountProof } from './proof.js'
export type { SupplyAnswer } from './query.js'
export type { LedgerState } from './state.js'
export { storeLedger } from './store-ledger.js'
export type { Transaction, UnsignedRecord, UnsignedTransaction, UnsignedTransfer } from './transaction.js'
export {
  encodeTransaction,
  MAX_RECORD_SIZE,
  MAX_TRANSACTION_SIZE,
  signingBytes,
  transactionHash,
} from './transaction.js'
export type { Sign } from './wallet.js'
export { signRecord, signTransaction, signTransfer } from './wallet.js'
