import type { Execution, ResultCode, Verify } from '../protocol/index.js'
import { accountBytes, MAX_UNITS } from './account.js'
import { BlockDraft } from './block-draft.js'
import type { CodeName } from './codes.js'
import { codeOf } from './codes.js'
import { decodeTransaction } from './decode-transaction.js'
import type { LedgerState } from './state.js'
import type { Transaction } from './transaction.js'
import { SIGNATURE_SIZE, signingBytesOf, transactionHash } from './transaction.js'

/**
 * The rules of the ledger, in the order in which they are checked; the first that is broken gives the code.
 *
 * Consumed, by hash and once, is every transaction that reaches the account rules: it decodes, its signature is
 * good, and its `validUntil` lies between this height and `transactionLifetime` ahead. One that fails earlier is
 * not: malformed, badly signed or expired, it fails for ever without being remembered; and one valid for too long
 * could only be remembered without bound, so a copy of it at a later height is judged anew.
 */
export const executeBlock = (
  state: LedgerState,
  transactions: readonly Uint8Array[],
  height: number,
  verify: Verify,
): Execution<LedgerState> => {
  const draft = new BlockDraft(state, height)
  const codes = Uint8Array.from(transactions, (bytes) => executeOne(draft, bytes, verify))
  return { state: draft.close(), codes }
}

/** The code with which this transaction would be executed next: the same path, and the draft is dropped. */
export const checkTransaction = (
  state: LedgerState,
  bytes: Uint8Array,
  height: number,
  verify: Verify,
): ResultCode => executeOne(new BlockDraft(state, height), bytes, verify)

const executeOne = (draft: BlockDraft, bytes: Uint8Array, verify: Verify): ResultCode => {
  const transaction = decodeTransaction(bytes)
  if (typeof transaction === 'string') return codeOf(transaction)
  if (!isSigned(draft, transaction, bytes, verify)) return codeOf('bad-signature')
  if (transaction.validUntil < draft.height) return codeOf('expired')
  if (transaction.validUntil > draft.height + draft.rules.transactionLifetime) {
    return codeOf('valid-until-too-far')
  }
  // Now known to be a height near this one, and so a safe integer.
  const isNew = draft.consume(Number(transaction.validUntil), transactionHash(bytes))
  return codeOf(isNew ? applyToAccounts(draft, transaction) : 'duplicate')
}

const isSigned = (draft: BlockDraft, transaction: Transaction, bytes: Uint8Array, verify: Verify): boolean =>
  verify(
    accountBytes(transaction.from),
    signingBytesOf(draft.rules.chainId, bytes.subarray(0, -SIGNATURE_SIZE)),
    transaction.signature,
  )

/** The account rules. Changes balances only if every rule holds. */
const applyToAccounts = (draft: BlockDraft, transaction: Transaction): CodeName => {
  const { from, nonce, fee } = transaction
  const sender = draft.account(from)
  const amount = transaction.kind === 'transfer' ? transaction.amount : 0n
  if (nonce !== sender.nonce) return 'wrong-nonce'
  if (fee < draft.rules.minimumFee) return 'fee-too-low'
  if (sender.balance < amount + fee) return 'insufficient-funds'
  if (transaction.kind === 'transfer' && amount === 0n) return 'zero-amount'
  if (draft.fees + fee > MAX_UNITS) return 'balance-overflow'
  const charged = { balance: sender.balance - amount - fee, nonce: nonce + 1n }
  if (transaction.kind === 'record') {
    draft.setAccount(from, charged)
  } else if (transaction.to === from) {
    draft.setAccount(from, { ...charged, balance: charged.balance + amount })
  } else {
    const recipient = draft.account(transaction.to)
    if (recipient.balance + amount > MAX_UNITS) return 'balance-overflow'
    draft.setAccount(from, charged)
    draft.setAccount(transaction.to, { ...recipient, balance: recipient.balance + amount })
  }
  draft.fees += fee
  return 'executed'
}
