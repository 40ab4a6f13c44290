import { concat, EMPTY_BYTES } from '../../util/index.js'
import {
  compactSize,
  encodeIssuance,
  encodeOutPoint,
  encodeOutput,
  sha256d,
  sized,
  type Transaction,
  type TransactionInput,
  u32le,
} from '../codec/index.js'
import { OP } from './opcodes.js'
import { operationAt } from './script.js'

/** What a signature covers. The byte stands after the signature in the script. */
export const SIGHASH_ALL = 1
export const SIGHASH_NONE = 2
export const SIGHASH_SINGLE = 3
export const SIGHASH_ANYONE_CAN_PAY = 0x80

const NAMES: readonly (readonly [string, number])[] = [
  ['ALL', SIGHASH_ALL],
  ['NONE', SIGHASH_NONE],
  ['SINGLE', SIGHASH_SINGLE],
]

/** As RPC callers name them and `asm` shows them. */
export const SIGHASH_NAMES: ReadonlyMap<string, number> = new Map(
  NAMES.flatMap(([name, type]) => [
    [name, type] as const,
    [`${name}|ANYONECANPAY`, type | SIGHASH_ANYONE_CAN_PAY] as const,
  ]),
)

/** An output that stands for one the signature does not cover: null asset, null value, no nonce, no script. */
const BLANK_OUTPUT = new Uint8Array(4)

/** The digest of SIGHASH_SINGLE without an output of the same index: the number one, as Bitcoin has always had it. */
const NO_OUTPUT_DIGEST = Uint8Array.of(1, ...new Uint8Array(31))

export interface SighashRequest {
  readonly transaction: Transaction
  readonly inputIndex: number
  /** The script spent, or the redeem script of a script hash. */
  readonly scriptCode: Uint8Array
  readonly type: number
}

const withoutSeparators = (code: Uint8Array): Uint8Array => {
  const kept: Uint8Array[] = []
  for (let at = 0; at < code.length;) {
    const operation = operationAt(code, at)
    if (!operation) return concat(...kept, code.subarray(at))
    if (operation.code !== OP.CODESEPARATOR) kept.push(code.subarray(operation.start, operation.end))
    at = operation.end
  }
  return concat(...kept)
}

/** The plain index, without the marks it has on the wire; the issuance stands after the sequence all the same. */
const encodeSignedInput = (input: TransactionInput, code: Uint8Array, sequence: number): Uint8Array =>
  concat(
    encodeOutPoint(input.previous),
    sized(code),
    u32le(sequence),
    ...(input.issuance ? [encodeIssuance(input.issuance)] : []),
  )

const inputsFor = ({ transaction, inputIndex, type, scriptCode }: SighashRequest): Uint8Array[] => {
  const code = withoutSeparators(scriptCode)
  const leavesSequences = (type & 0x1f) === SIGHASH_NONE || (type & 0x1f) === SIGHASH_SINGLE
  const encoded = transaction.inputs.map((input, i) => {
    const isSigned = i === inputIndex
    const sequence = !isSigned && leavesSequences ? 0 : input.sequence
    return encodeSignedInput(input, isSigned ? code : EMPTY_BYTES, sequence)
  })
  return (type & SIGHASH_ANYONE_CAN_PAY) !== 0 ? encoded.slice(inputIndex, inputIndex + 1) : encoded
}

const outputsFor = ({ transaction, inputIndex, type }: SighashRequest): Uint8Array[] => {
  const base = type & 0x1f
  if (base === SIGHASH_NONE) return []
  if (base !== SIGHASH_SINGLE) return transaction.outputs.map(encodeOutput)
  return transaction.outputs
    .slice(0, inputIndex + 1)
    .map((output, i) => (i === inputIndex ? encodeOutput(output) : BLANK_OUTPUT))
}

/** The bytes whose double SHA-256 is signed: no flags byte, no amount, no witness. */
export const sighashPreimage = (request: SighashRequest): Uint8Array => {
  const { transaction, type } = request
  const inputs = inputsFor(request)
  const outputs = outputsFor(request)
  return concat(
    u32le(transaction.version),
    compactSize(inputs.length),
    ...inputs,
    compactSize(outputs.length),
    ...outputs,
    u32le(transaction.lockTime),
    u32le(type),
  )
}

export const sighash = (request: SighashRequest): Uint8Array => {
  const { transaction, inputIndex, type } = request
  const lacksOutput = (type & 0x1f) === SIGHASH_SINGLE && inputIndex >= transaction.outputs.length
  return lacksOutput ? NO_OUTPUT_DIGEST : sha256d(sighashPreimage(request))
}
