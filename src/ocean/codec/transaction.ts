/** An Ocean transaction as decoded. Ids are printed hexadecimal, amounts satoshis; scripts and proofs stay bytes. */

export interface OutPoint {
  readonly txid: string
  readonly index: number
}

/** A blinded asset or value: 33 bytes, prefix included. Ocean leaves them off by default; they decode all the same. */
export interface Commitment {
  readonly commitment: Uint8Array
}

export type AssetField = string | null | Commitment
export type ValueField = bigint | null | Commitment

export interface Issuance {
  /** All zero for a new asset; all ff for a reissuance that is not blinded. Printed order. */
  readonly blindingNonce: string
  /** The contract hash of a new asset, the entropy of an asset reissued. Printed order. */
  readonly entropy: string
  readonly assetAmount: ValueField
  readonly tokenAmount: ValueField
}

export interface TransactionInput {
  readonly previous: OutPoint
  readonly script: Uint8Array
  readonly sequence: number
  readonly isPegIn: boolean
  readonly issuance?: Issuance
}

export interface TransactionOutput {
  readonly asset: AssetField
  readonly value: ValueField
  /** One zero byte, or 33 bytes for a confidential receiver. */
  readonly nonce: Uint8Array
  /** Empty for a fee. */
  readonly script: Uint8Array
}

export interface InputWitness {
  readonly assetAmountProof: Uint8Array
  readonly tokenAmountProof: Uint8Array
  readonly stack: readonly Uint8Array[]
  readonly pegInStack: readonly Uint8Array[]
}

export interface OutputWitness {
  readonly surjectionProof: Uint8Array
  readonly rangeProof: Uint8Array
}

export interface Witness {
  readonly inputs: readonly InputWitness[]
  readonly outputs: readonly OutputWitness[]
}

export interface Transaction {
  readonly version: number
  readonly inputs: readonly TransactionInput[]
  readonly outputs: readonly TransactionOutput[]
  readonly lockTime: number
  /** Absent if every part of it would be empty. */
  readonly witness?: Witness
}

/** The output an explicit transaction has: everything but a blinded one. */
export interface ExplicitOutput extends TransactionOutput {
  readonly asset: string
  readonly value: bigint
}

export const isExplicit = (output: TransactionOutput): output is ExplicitOutput =>
  typeof output.asset === 'string' && typeof output.value === 'bigint'

export const isFee = (output: TransactionOutput): boolean => output.script.length === 0

export const NO_INDEX = 0xffffffff

export const FINAL_SEQUENCE = 0xffffffff

const ZERO_TXID = /^0{64}$/

export const isCoinbase = ({ inputs }: Transaction): boolean =>
  inputs.length === 1 &&
  inputs[0] !== undefined &&
  inputs[0].previous.index === NO_INDEX &&
  ZERO_TXID.test(inputs[0].previous.txid)
