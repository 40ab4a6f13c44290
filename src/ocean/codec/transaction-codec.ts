import { concat } from '../../util/index.js'
import { encodeAsset, encodeValue, readAsset, readNonce, readValue } from './confidential.js'
import { oceanError } from './errors.js'
import {
  type Issuance,
  NO_INDEX,
  type OutPoint,
  type Transaction,
  type TransactionInput,
  type TransactionOutput,
} from './transaction.js'
import { bytesOfId, compactSize, sized, u32le, WireReader } from './wire.js'
import { encodeWitness, isEmptyWitness, readWitness } from './witness.js'

/** Marks in the index of an outpoint that more is to come. */
const ISSUANCE_BIT = 0x80000000
const PEG_IN_BIT = 0x40000000
const INDEX_MASK = 0x3fffffff

const WITNESS_FLAG = 1

/** The least bytes of an input and of an output: what a hostile count is measured by. */
const LEAST_INPUT_BYTES = 41
const LEAST_OUTPUT_BYTES = 4

const readIssuance = (reader: WireReader): Issuance => {
  const issuance = {
    blindingNonce: reader.id(),
    entropy: reader.id(),
    assetAmount: readValue(reader),
    tokenAmount: readValue(reader),
  }
  if (issuance.assetAmount === null && issuance.tokenAmount === null) {
    throw oceanError('superfluous-issuance', 'the issuance issues nothing')
  }
  return issuance
}

const readInput = (reader: WireReader): TransactionInput => {
  const txid = reader.id()
  const index = reader.u32()
  const marks = index === NO_INDEX ? 0 : index
  const input = {
    previous: { txid, index: index === NO_INDEX ? index : index & INDEX_MASK },
    script: reader.bytes(),
    sequence: reader.u32(),
    isPegIn: (marks & PEG_IN_BIT) !== 0,
  }
  return (marks & ISSUANCE_BIT) === 0 ? input : { ...input, issuance: readIssuance(reader) }
}

export const readOutput = (reader: WireReader): TransactionOutput => ({
  asset: readAsset(reader),
  value: readValue(reader),
  nonce: readNonce(reader),
  script: reader.bytes(),
})

/** Reads one transaction and leaves the reader after it. */
export const readTransaction = (reader: WireReader): Transaction => {
  const version = reader.i32()
  const flags = reader.u8()
  if ((flags & ~WITNESS_FLAG) !== 0) throw oceanError('unknown-flags', 'optional data of no known kind')
  const inputs = reader.list(LEAST_INPUT_BYTES, () => readInput(reader))
  const outputs = reader.list(LEAST_OUTPUT_BYTES, () => readOutput(reader))
  const lockTime = reader.u32()
  const transaction = { version, inputs, outputs, lockTime }
  if (flags === 0) return transaction
  const witness = readWitness(reader, inputs.length, outputs.length)
  if (isEmptyWitness(witness)) throw oceanError('superfluous-witness', 'the witness is empty')
  return { ...transaction, witness }
}

/** @throws CodedError of the codec for bytes that are not exactly one transaction */
export const decodeTransaction = (bytes: Uint8Array): Transaction => {
  const reader = new WireReader(bytes)
  const transaction = readTransaction(reader)
  reader.end()
  return transaction
}

export const encodeOutPoint = ({ txid, index }: OutPoint): Uint8Array => concat(bytesOfId(txid), u32le(index))

export const encodeIssuance = (issuance: Issuance): Uint8Array =>
  concat(
    bytesOfId(issuance.blindingNonce),
    bytesOfId(issuance.entropy),
    encodeValue(issuance.assetAmount),
    encodeValue(issuance.tokenAmount),
  )

const encodeInput = (input: TransactionInput): Uint8Array => {
  const { previous, issuance, isPegIn } = input
  const marks = (issuance ? ISSUANCE_BIT : 0) | (isPegIn ? PEG_IN_BIT : 0)
  return concat(
    encodeOutPoint({ txid: previous.txid, index: (previous.index | marks) >>> 0 }),
    sized(input.script),
    u32le(input.sequence),
    ...(issuance ? [encodeIssuance(issuance)] : []),
  )
}

export const encodeOutput = (output: TransactionOutput): Uint8Array =>
  concat(encodeAsset(output.asset), encodeValue(output.value), output.nonce, sized(output.script))

const encode = (transaction: Transaction, withWitness: boolean): Uint8Array => {
  const { inputs, outputs, witness } = transaction
  const carried = withWitness ? witness : undefined
  return concat(
    u32le(transaction.version),
    Uint8Array.of(carried ? WITNESS_FLAG : 0),
    compactSize(inputs.length),
    ...inputs.map(encodeInput),
    compactSize(outputs.length),
    ...outputs.map(encodeOutput),
    u32le(transaction.lockTime),
    ...(carried ? [encodeWitness(carried)] : []),
  )
}

export const encodeTransaction = (transaction: Transaction): Uint8Array => encode(transaction, true)

/** What the transaction id commits to: flags zero, no witness. */
export const encodeWithoutWitness = (transaction: Transaction): Uint8Array => encode(transaction, false)
