import { ACCEPT, concat, fromBase64, reject, u8, u16, type Verdict } from '../util/index.js'
import { hashHex } from './hash.js'
import { feedIdBytes, type FeedId, type Hash, type Signature, tagged } from './ids.js'
import { merkleRoot } from './merkle.js'
import type { CertificateBody, CertifiedStage, SkipCertificateBody, Stage } from './message.js'
import { STAGE_NUMBERS, stageOf, voteBytes } from './vote.js'

/** A quorum of votes that proves itself, without the feeds they stand in (protocol sections 4 and 8). */

/** Who may sign in one epoch of one chain, and how many must. */
export interface Electorate {
  readonly chainId: Hash
  readonly epoch: number
  /** floor(2n/3)+1 */
  readonly quorum: number
  /** By validator index. A skip is signed by the precommitter's key. */
  readonly roleKeys: Readonly<Record<CertifiedStage, readonly FeedId[]>>
}

/**
 * Pure ed25519 verification; false, never an exception, for anything malformed. Every verifier of a network must
 * accept exactly the same signatures: use libsodium's rules, which refuse keys of small order. Under such a key
 * one signature would fit many messages.
 */
export type VerifySignature = (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean

export interface CertificateEntry {
  /** Validator index. */
  readonly index: number
  readonly roleKey: FeedId
  readonly signature: Signature
}

/** `root` of a certificate: commits to its stated signers, in the ascending order that they stand in. */
export const certificateRoot = (stage: Stage, entries: readonly CertificateEntry[]): Hash =>
  hashHex(
    merkleRoot(
      entries.map(({ index, roleKey, signature }) =>
        tagged(
          'bf/cert/v1',
          u8(STAGE_NUMBERS[stage]),
          u16(index),
          concat(feedIdBytes(roleKey), fromBase64(signature, 64)),
        ),
      ),
    ),
  )

type Certificate = CertificateBody | SkipCertificateBody

/** The key a validator signs a stage with; undefined if there is no validator of that index. */
export const stageKey = (electorate: Electorate, stage: Stage, index: number): FeedId | undefined =>
  electorate.roleKeys[stage === 'skip' ? 'precommit' : stage][index]

/**
 * Does the certificate hold on its own? The caller chooses the electorate of the certificate's height. Every
 * refusal convicts the publisher:
 *
 * - `missing-state-root`, `unexpected-state-root`: a seal and nothing else carries one
 * - `nonzero-seal-round`: a seal is for a height, whatever round decided
 * - `signature-count`: not one signature per signer
 * - `duplicate-signer`, `unsorted-signers`: not strictly ascending
 * - `unknown-signer`: no validator of that index
 * - `below-quorum`
 * - `wrong-root`: the Merkle root does not commit to these signers and signatures
 * - `bad-signature`: also of a wrong role key, stage, network, epoch, height, round or value
 */
export const verifyCertificate = (
  body: Certificate,
  electorate: Electorate,
  verify: VerifySignature,
): Verdict => {
  const known = JUDGED.get(body)
  if (known?.electorate === electorate && known.verify === verify) return known.verdict
  const verdict = judge(body, electorate, verify)
  JUDGED.set(body, { electorate, verify, verdict })
  return verdict
}

/** A parsed certificate never changes, and core, watch and pair rules all look at the same one: it is judged once. */
const JUDGED = new WeakMap<
  Certificate,
  { readonly electorate: Electorate; readonly verify: VerifySignature; readonly verdict: Verdict }
>()

const judge = (body: Certificate, electorate: Electorate, verify: VerifySignature): Verdict => {
  const malformed = formFault(body) ?? signersFault(body.signers)
  if (malformed !== null) return malformed
  const stage = stageOf(body)
  const entries: CertificateEntry[] = []
  for (const [place, index] of body.signers.entries()) {
    const roleKey = stageKey(electorate, stage, index)
    if (roleKey === undefined) return reject('unknown-signer', { index })
    const signature = body.signatures[place]
    if (signature !== undefined) entries.push({ index, roleKey, signature })
  }
  if (entries.length < electorate.quorum)
    return reject('below-quorum', { signers: entries.length, quorum: electorate.quorum })
  if (certificateRoot(stage, entries) !== body.root) return reject('wrong-root')
  return signaturesFault(entries, signedBytes(body, stage, electorate), verify) ?? ACCEPT
}

const formFault = (body: Certificate): Verdict | null => {
  const stateRoot = body.skip ? null : body.stateRoot
  if (body.type === 'sealed' && stateRoot === null) return reject('missing-state-root')
  if (body.type !== 'sealed' && stateRoot !== null) return reject('unexpected-state-root')
  if (body.type === 'sealed' && body.round !== 0) return reject('nonzero-seal-round', { round: body.round })
  if (body.signers.length !== body.signatures.length)
    return reject('signature-count', { signers: body.signers.length, signatures: body.signatures.length })
  return null
}

const signersFault = (signers: readonly number[]): Verdict | null => {
  let before = -1
  for (const index of signers) {
    if (index === before) return reject('duplicate-signer', { index })
    if (index < before) return reject('unsorted-signers', { index })
    before = index
  }
  return null
}

const signedBytes = (body: Certificate, stage: Stage, { chainId, epoch }: Electorate): Uint8Array => {
  const { height, round } = body
  return body.skip
    ? voteBytes({ chainId, epoch, stage, height, round })
    : voteBytes({
        chainId,
        epoch,
        stage,
        height,
        round,
        block: body.block,
        xRoot: body.xRoot,
        stateRoot: body.stateRoot,
      })
}

const signaturesFault = (
  entries: readonly CertificateEntry[],
  bytes: Uint8Array,
  verify: VerifySignature,
): Verdict | null => {
  const bad = entries.find(
    ({ roleKey, signature }) => !verify(feedIdBytes(roleKey), bytes, fromBase64(signature, 64)),
  )
  return bad === undefined ? null : reject('bad-signature', { index: bad.index })
}
