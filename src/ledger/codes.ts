import type { ResultCode } from '../protocol/index.js'
import { assert } from '../util/index.js'

/**
 * Why a transaction fails: the ledger's only table of codes. The numbers are the `u8 code` of a result leaf
 * (protocol section 3), so they never change their meaning; the order is the order of the checks, and the first
 * reason found is the one reported.
 */
const TABLE = [
  [0, 'executed', 'The transaction was executed.'],
  [1, 'malformed', 'The bytes are not the canonical form of a transaction.'],
  [2, 'unsupported-kind', 'This kind of transaction is unknown or not enabled yet.'],
  [3, 'wrong-version', 'The transaction has a version that this chain does not speak.'],
  [4, 'bad-signature', 'The signature is not by the sending account over this transaction on this chain.'],
  [5, 'expired', 'The height up to which the transaction was valid has passed.'],
  [6, 'valid-until-too-far', 'The transaction is valid for longer than this chain allows.'],
  [7, 'duplicate', 'The same transaction was already consumed; its first result stands.'],
  [8, 'wrong-nonce', 'The nonce is not the next one of the sending account.'],
  [9, 'fee-too-low', 'The fee is below the minimum of this chain.'],
  [10, 'insufficient-funds', 'The balance of the sending account does not cover amount and fee.'],
  [11, 'zero-amount', 'A transfer must move more than nothing.'],
  [12, 'balance-overflow', 'The receiving account or the collected fees would exceed 64 bits.'],
] as const

export type CodeName = (typeof TABLE)[number][1]

/** What a transaction fails for. */
export type FailureName = Exclude<CodeName, 'executed'>

const byName = new Map<CodeName, ResultCode>(TABLE.map(([code, name]) => [name, code]))
const byCode = new Map<ResultCode, CodeDescription>(
  TABLE.map(([code, name, sentence]) => [code, Object.freeze({ name, sentence })]),
)

export interface CodeDescription {
  /** Stable, kebab-case. */
  readonly name: string
  readonly sentence: string
}

export const codeOf = (name: CodeName): ResultCode => {
  const code = byName.get(name)
  assert(code !== undefined, `no code called ${name}`)
  return code
}

/** Codes come from other nodes too, so one that the table lacks has a description as well. */
export const describeCode = (code: ResultCode): CodeDescription =>
  byCode.get(code) ?? { name: 'unknown-code', sentence: 'This version of the ledger knows no such code.' }

/** Every code with its description, ascending: for documents and for clients' tables. */
export const ALL_CODES: readonly (CodeDescription & { readonly code: ResultCode })[] = TABLE.map(
  ([code, name, sentence]) => Object.freeze({ code, name, sentence }),
)
