import { concat, EMPTY_BYTES } from '../../util/index.js'
import { fastMerkleRoot, sha256d } from './hash.js'
import {
  type InputWitness,
  NO_INDEX,
  type OutputWitness,
  type Transaction,
  type TransactionInput,
  type Witness,
} from './transaction.js'
import { compactSize, sized, type WireReader } from './wire.js'

export const EMPTY_INPUT_WITNESS: InputWitness = {
  assetAmountProof: EMPTY_BYTES,
  tokenAmountProof: EMPTY_BYTES,
  stack: [],
  pegInStack: [],
}

export const EMPTY_OUTPUT_WITNESS: OutputWitness = { surjectionProof: EMPTY_BYTES, rangeProof: EMPTY_BYTES }

const readStack = (reader: WireReader): Uint8Array[] => reader.list(1, () => reader.bytes())

const readInputWitness = (reader: WireReader): InputWitness => ({
  assetAmountProof: reader.bytes(),
  tokenAmountProof: reader.bytes(),
  stack: readStack(reader),
  pegInStack: readStack(reader),
})

const readOutputWitness = (reader: WireReader): OutputWitness => ({
  surjectionProof: reader.bytes(),
  rangeProof: reader.bytes(),
})

export const readWitness = (reader: WireReader, inputCount: number, outputCount: number): Witness => ({
  inputs: Array.from({ length: inputCount }, () => readInputWitness(reader)),
  outputs: Array.from({ length: outputCount }, () => readOutputWitness(reader)),
})

const isEmptyInput = (witness: InputWitness): boolean =>
  witness.assetAmountProof.length === 0 &&
  witness.tokenAmountProof.length === 0 &&
  witness.stack.length === 0 &&
  witness.pegInStack.length === 0

const isEmptyOutput = (witness: OutputWitness): boolean =>
  witness.surjectionProof.length === 0 && witness.rangeProof.length === 0

export const isEmptyWitness = ({ inputs, outputs }: Witness): boolean =>
  inputs.every(isEmptyInput) && outputs.every(isEmptyOutput)

const encodeStack = (stack: readonly Uint8Array[]): Uint8Array =>
  concat(compactSize(stack.length), ...stack.map(sized))

const partsOfInput = (witness: InputWitness): Uint8Array[] => [
  sized(witness.assetAmountProof),
  sized(witness.tokenAmountProof),
  encodeStack(witness.stack),
  encodeStack(witness.pegInStack),
]

const partsOfOutput = (witness: OutputWitness): Uint8Array[] => [
  sized(witness.surjectionProof),
  sized(witness.rangeProof),
]

export const encodeWitness = ({ inputs, outputs }: Witness): Uint8Array =>
  concat(...inputs.flatMap(partsOfInput), ...outputs.flatMap(partsOfOutput))

const hashOfParts = (parts: readonly Uint8Array[]): Uint8Array => fastMerkleRoot(parts.map(sha256d))

/** A coinbase counts as an input without witness: its witness holds the nonce of the very commitment. */
const witnessOfInput = ({ inputs, witness }: Transaction, index: number): InputWitness =>
  isNull(inputs[index]) ? EMPTY_INPUT_WITNESS : (witness?.inputs[index] ?? EMPTY_INPUT_WITNESS)

const isNull = (input: TransactionInput | undefined): boolean => input?.previous.index === NO_INDEX

/** What blocks commit to of a witness, and `withash` in the node's JSON: a fast Merkle root; inner order. */
export const witnessHash = (transaction: Transaction): Uint8Array => {
  const { inputs, outputs, witness } = transaction
  const ofInputs = inputs.map((_, i) => hashOfParts(partsOfInput(witnessOfInput(transaction, i))))
  const ofOutputs = outputs.map((_, i) =>
    hashOfParts(partsOfOutput(witness?.outputs[i] ?? EMPTY_OUTPUT_WITNESS)),
  )
  return fastMerkleRoot([fastMerkleRoot(ofInputs), fastMerkleRoot(ofOutputs)])
}
