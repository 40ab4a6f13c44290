import sodium from 'libsodium-wrappers'
import type { VerifySignature } from '../feeds/index.js'
import { type AccountAnswer, verifyAccountProof } from '../ledger/index.js'
import {
  type ProvedEvidence,
  type ProvedState,
  type ProvedTransaction,
  verifyEvidence,
  verifyStateProof,
  verifyTransactionProof,
} from '../protocol/index.js'
import type { Network } from '../roles/index.js'
import { reject, type Refusal } from '../util/index.js'

/**
 * Proofs checked against the network file alone. Signatures are verified by libsodium compiled to WebAssembly: the
 * verdict is the same on every machine, and another library than the one the nodes signed with.
 */
export const loadVerifySignature = async (): Promise<VerifySignature> => {
  await sodium.ready
  return (publicKey, bytes, signature) =>
    publicKey.length === sodium.crypto_sign_PUBLICKEYBYTES &&
    signature.length === sodium.crypto_sign_BYTES &&
    sodium.crypto_sign_verify_detached(signature, bytes, publicKey)
}

/** Was this transaction sealed into the chain, and with which result? Refusals as `verifyTransactionProof`. */
export const checkTransactionProof = async (
  network: Network,
  proof: unknown,
): Promise<ProvedTransaction | Refusal> => verifyTransactionProof(network, proof, await loadVerifySignature())

/** Does this prove misbehaviour, and whose? Refusals as `verifyEvidence`, about the accusation. */
export const checkEvidence = async (network: Network, proof: unknown): Promise<ProvedEvidence | Refusal> =>
  verifyEvidence(network, proof, await loadVerifySignature())

export interface ProvedAccount extends ProvedState {
  readonly account: AccountAnswer
}

/**
 * What did this account hold when the block was sealed? Refusals as `verifyStateProof`, and `wrong-account` when
 * the proof is about another account or does not follow from the sealed state.
 */
export const checkAccountProof = async (
  network: Network,
  account: string,
  proof: unknown,
): Promise<ProvedAccount | Refusal> => {
  const sealed = verifyStateProof(network, proof, await loadVerifySignature())
  if (sealed.verdict !== 'accept') return sealed
  const { height, block, stateRoot, signers } = sealed
  const { path, answer, roots } = sealed.proof
  if (path !== `accounts/${account}` || !verifyAccountProof(roots.application, account, answer))
    return reject('wrong-account', { account })
  return { verdict: 'accept', height, block, stateRoot, signers, account: answer }
}
