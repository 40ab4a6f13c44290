import { checkAccountProof, checkEvidence, checkTransactionProof } from '../client/index.js'
import { describeCode } from '../ledger/index.js'
import { describeResult } from '../protocol/index.js'
import { EVIDENCE_CODES, type EvidenceCode } from '../protocol/index.js'
import type { Network } from '../roles/index.js'
import { CodedError, reject, type Refusal } from '../util/index.js'

/** Proofs in files, and what checking one against the network file says. */

export type Checked = CheckedTransaction | CheckedAccount | CheckedEvidence

export interface CheckedTransaction {
  readonly proves: 'transaction'
  readonly hash: string
  readonly outcome: 'executed' | 'failed'
  /** 0 = executed. */
  readonly code: number
  readonly name: string
  readonly sentence: string
  readonly height: number
  readonly block: string
  /** Validator indices whose seals were verified. */
  readonly signers: readonly number[]
}

export interface CheckedAccount {
  readonly proves: 'account'
  readonly account: string
  readonly balance: string
  readonly nonce: string
  readonly height: number
  readonly block: string
  readonly signers: readonly number[]
}

export interface CheckedEvidence {
  readonly proves: 'misbehaviour'
  readonly code: EvidenceCode
  readonly culprits: readonly { readonly owner: string; readonly name: string; readonly role: string }[]
  /** Keys of the messages. */
  readonly messages: readonly string[]
  readonly facts: Readonly<Record<string, unknown>>
}

/** Refusals as in src/client/verify.ts, and `unknown-proof` for something that is not a proof of ours. */
export const checkProof = async (network: Network, proof: unknown): Promise<Checked | Refusal> => {
  const { type, path } = fieldsOf(proof)
  if (type === 'transaction-proof') return checkTransaction(network, proof)
  if (type === 'evidence-proof') return checkMisbehaviour(network, proof)
  const account = typeof path === 'string' ? /^accounts\/([0-9a-f]{64})$/.exec(path)?.[1] : undefined
  if (type === 'state-proof' && account !== undefined) return checkAccount(network, account, proof)
  return reject('unknown-proof')
}

const checkTransaction = async (network: Network, proof: unknown): Promise<CheckedTransaction | Refusal> => {
  const checked = await checkTransactionProof(network, proof)
  if (checked.verdict !== 'accept') return checked
  const { hash, code, height, block, signers } = checked
  const outcome = code === 0 ? 'executed' : 'failed'
  return {
    proves: 'transaction',
    hash,
    outcome,
    code,
    ...describeResult(describeCode)(code),
    height,
    block,
    signers,
  }
}

const checkAccount = async (
  network: Network,
  id: string,
  proof: unknown,
): Promise<CheckedAccount | Refusal> => {
  const checked = await checkAccountProof(network, id, proof)
  if (checked.verdict !== 'accept') return checked
  const { account, height, block, signers } = checked
  const { balance, nonce } = account
  return { proves: 'account', account: id, balance, nonce, height, block, signers }
}

const checkMisbehaviour = async (network: Network, proof: unknown): Promise<CheckedEvidence | Refusal> => {
  const checked = await checkEvidence(network, proof)
  if (checked.verdict !== 'accept') return checked
  const { code, keys, facts } = checked
  const nameOf = (owner: string) => network.members.find(({ id }) => id === owner)?.name ?? owner
  const culprits = checked.culprits.map(({ owner, role }) => ({ owner, name: nameOf(owner), role }))
  return { proves: 'misbehaviour', code, culprits, messages: keys, facts }
}

const culpritsLine = ({ code, culprits }: CheckedEvidence): string => {
  const who = culprits.map(({ name, role, owner }) => `${name} (${role}, ${owner})`).join(', ')
  return `proved (${code}): ${who} ${EVIDENCE_CODES[code]}`
}

export const proofLine = (network: Network, checked: Checked): string => {
  if (checked.proves === 'misbehaviour') return culpritsLine(checked)
  const seals = `sealed by ${checked.signers.length} of ${network.genesis.validators.length} validators`
  const where = `in block ${checked.height}, ${seals}`
  if (checked.proves === 'account') {
    return `account ${checked.account} held ${checked.balance} STORE units, nonce ${checked.nonce}, ${where}`
  }
  const { hash, outcome, code, name } = checked
  return `${outcome === 'executed' ? 'executed' : `failed with ${name} (${code})`}: transaction ${hash} ${where}`
}

export const refused = ({ code }: Refusal): CodedError => new CodedError(code, 'the proof does not hold')

export const isRefusal = (checked: Checked | Refusal): checked is Refusal => 'verdict' in checked

/** A proof, a list of proofs, or one proof on each line. @throws CodedError `file-malformed` */
export const parseProofs = (text: string, path: string): readonly unknown[] => {
  try {
    const whole: unknown = JSON.parse(text)
    return Array.isArray(whole) ? whole : [whole]
  } catch {
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    try {
      return lines.map((line): unknown => JSON.parse(line))
    } catch (cause) {
      throw new CodedError('file-malformed', `${path} is neither JSON nor lines of JSON`, { path }, { cause })
    }
  }
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}
