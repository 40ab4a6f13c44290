/** Bytes of an Ocean chain and what is computed from them alone. Public API of the codec; pure. */
export { COIN, inMoneyRange, MAX_MONEY } from './amount.js'
export {
  assetEntropy,
  type AssetIds,
  assetIdsOf,
  assetOfEntropy,
  isReissuance,
  issuedBy,
  tokenOfEntropy,
} from './asset.js'
export {
  type Block,
  blockDigest,
  blockHash,
  type BlockHeader,
  decodeBlock,
  decodeHeader,
  encodeBlock,
  encodeHeader,
  encodeUnsignedHeader,
  FIXED_HEADER_BYTES,
  readHeader,
  transactionsRoot,
  witnessCommitment,
  withoutSolution,
  withSolution,
} from './block.js'
export { type OceanCodecCode, oceanError } from './errors.js'
export { fastMerkleRoot, hash160, merkleRoot, sha256, sha256d } from './hash.js'
export {
  type AssetField,
  type Commitment,
  type ExplicitOutput,
  FINAL_SEQUENCE,
  type InputWitness,
  isCoinbase,
  isExplicit,
  isFee,
  type Issuance,
  NO_INDEX,
  type OutPoint,
  type OutputWitness,
  type Transaction,
  type TransactionInput,
  type TransactionOutput,
  type ValueField,
  type Witness,
} from './transaction.js'
export {
  decodeTransaction,
  encodeIssuance,
  encodeOutPoint,
  encodeOutput,
  encodeTransaction,
  encodeWithoutWitness,
  readOutput,
  readTransaction,
} from './transaction-codec.js'
export {
  fullHash,
  transactionId,
  type TransactionSize,
  transactionSize,
  witnessOnlyHash,
} from './transaction-id.js'
export { bytesOfHex, bytesOfId, compactSize, idOf, NULL_ID, sized, u32le, WireReader } from './wire.js'
export { EMPTY_INPUT_WITNESS, EMPTY_OUTPUT_WITNESS } from './witness.js'
