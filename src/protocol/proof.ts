import { Compile } from 'typebox/compile'
import {
  blockId,
  type CertificateBody,
  type Hash,
  hashBytes,
  hashedTransactionLeaf,
  hashHex,
  inclusionPath,
  resultLeaf,
  sha256,
  verifyCertificate,
  verifyInclusion,
  type VerifySignature,
} from '../feeds/index.js'
import { electorateOf, type Network } from '../roles/index.js'
import { type Accept, fromHex, reject, type Refusal } from '../util/index.js'
import {
  type ProvedHeader,
  type SealedCertificate,
  STATE_PROOF,
  type StateProof,
  TRANSACTION_PROOF,
  type TransactionProof,
} from './proof-schema.js'
import type { ResultCode } from './application.js'
import { stateRootOf } from './chain-application.js'

/**
 * Proofs that need nothing but the network file (protocol section 3): a transaction under both roots of its block,
 * or a state under its root, and the quorum of seals that stands for them.
 *
 * Codes of refusal: `malformed-proof`, `wrong-chain`, `unknown-epoch`, `wrong-block` (the header does not give the
 * block's id), `wrong-seal` (the seals are for another block or other results), `not-in-block`, `wrong-result`,
 * `wrong-state-root` (the roots are not those that were sealed), and those of `verifyCertificate`.
 */

export interface ProvedTransaction extends Accept {
  readonly hash: Hash
  readonly height: number
  readonly block: Hash
  /** 0 = executed; anything else is the code it failed with. */
  readonly code: ResultCode
  /** Validator indices, ascending, whose seals were verified. */
  readonly signers: readonly number[]
}

export interface ProvedState extends Accept {
  readonly height: number
  readonly block: Hash
  readonly stateRoot: Hash
  readonly signers: readonly number[]
}

/** What a block's transaction list says of one transaction. */
export interface TransactionRecord {
  readonly lane: number
  readonly sequence: number
  readonly index: number
  readonly hash: Hash
  readonly code: ResultCode
}

/** Both paths at one position of a block. @throws AssertionError if there is no such position. */
export const provePosition = (
  records: readonly TransactionRecord[],
  position: number,
): { readonly transactionPath: Hash[]; readonly resultPath: Hash[] } => {
  const leaves = records.map(({ lane, sequence, index, hash }) =>
    hashedTransactionLeaf(lane, sequence, index, hashBytes(hash)),
  )
  const results = records.map(({ code }, place) => resultLeaf(place, code))
  return {
    transactionPath: inclusionPath(leaves, position).map(hashHex),
    resultPath: inclusionPath(results, position).map(hashHex),
  }
}

const transactionProof = Compile(TRANSACTION_PROOF)
const stateProof = Compile(STATE_PROOF)

/** Verifies a transaction proof from whoever, as JSON already read. Never throws for anything in `proof`. */
export const verifyTransactionProof = (
  network: Network,
  proof: unknown,
  verify: VerifySignature,
): ProvedTransaction | Refusal => {
  if (!isTransactionProof(proof)) return reject('malformed-proof')
  const { header, position, code, place } = proof
  const sealed = verifySealedHeader(network, proof, verify)
  if (sealed.verdict !== 'accept') return sealed
  const digest = sha256(fromHex(proof.transaction))
  const leaf = hashedTransactionLeaf(place.lane, place.sequence, place.index, digest)
  const at = { index: position, count: header.txCount }
  if (!included(header.txRoot, leaf, at, proof.transactionPath)) return reject('not-in-block', { position })
  if (!included(header.xRoot, resultLeaf(position, code), at, proof.resultPath))
    return reject('wrong-result', { position, code })
  const { height, block, signers } = sealed
  return { verdict: 'accept', hash: hashHex(digest), height, block, code, signers }
}

/**
 * Verifies the sealed state root that a state proof stands on, and that `roots` make it. Whether the answer follows
 * from the application's root is for the application's own verifier to say.
 */
export const verifyStateProof = (
  network: Network,
  proof: unknown,
  verify: VerifySignature,
): (ProvedState & { readonly proof: StateProof }) | Refusal => {
  if (!isStateProof(proof)) return reject('malformed-proof')
  const sealed = verifySealedHeader(network, proof, verify)
  if (sealed.verdict !== 'accept') return sealed
  const { height, stateRoot } = sealed
  return stateRootOf(proof.roots) === stateRoot
    ? { ...sealed, proof }
    : reject('wrong-state-root', { height })
}

const isTransactionProof = (proof: unknown): proof is TransactionProof => transactionProof.Check(proof)
const isStateProof = (proof: unknown): proof is StateProof => stateProof.Check(proof)

interface SealedHeader {
  readonly chainId: Hash
  readonly header: ProvedHeader
  readonly sealed: SealedCertificate
}

const verifySealedHeader = (
  network: Network,
  { chainId, header, sealed }: SealedHeader,
  verify: VerifySignature,
): ProvedState | Refusal => {
  if (chainId !== network.chainId) return reject('wrong-chain', { chainId })
  if (header.epoch !== network.genesis.number) return reject('unknown-epoch', { epoch: header.epoch })
  if (blockId({ chainId, ...header }) !== header.block) return reject('wrong-block', { block: header.block })
  if (sealed.block !== header.block || sealed.height !== header.height || sealed.xRoot !== header.xRoot)
    return reject('wrong-seal', { block: sealed.block, height: sealed.height })
  const verdict = verifyCertificate(bodyOf(sealed), electorateOf(network, network.genesis), verify)
  if (verdict.verdict !== 'accept') return verdict
  const { height, block, stateRoot, signers } = sealed
  return { verdict: 'accept', height, block, stateRoot, signers }
}

const bodyOf = ({ stage: type, ...rest }: SealedCertificate): CertificateBody => ({
  type,
  skip: false,
  ...rest,
})

const included = (
  root: Hash,
  leaf: Uint8Array,
  at: { readonly index: number; readonly count: number },
  path: readonly Hash[],
): boolean => verifyInclusion({ root: hashBytes(root), leaf, ...at, path: path.map(hashBytes) })
