import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import {
  type ClassicMessage,
  classicSize,
  type FeedId,
  type Hash,
  isClassicMessage,
  MESSAGE_SIZE_LIMIT,
  type MessageKey,
  messageKeyOfValue,
  parseMessage,
  VALIDATOR_LIMIT,
  verifyMessageSignature,
} from '../../feeds/index.js'
import { type FeedRole, type Network, ROLES } from '../../roles/index.js'
import { type Accept, reject, type Refusal, utf8 } from '../../util/index.js'
import type { Verify } from '../step.js'
import { EVIDENCE_CODES, type EvidenceCode } from './codes.js'
import { LANE_GROUNDS, LANE_UNITS_LIMIT, type LaneGrounds } from './lane-grounds.js'
import { chargesOfLanes } from './lane-rules.js'
import { type Charge, type Culprit, type Law, lawOf } from './law.js'
import { chargesOfPair } from './pair-rules.js'
import { chargesOfMessage } from './single-rules.js'

/**
 * The JSON of a proof of misbehaviour, as files, answers and `evidence` messages carry it. The messages are whole
 * and signed, so that nothing but the network file is needed to check them; `code` and `culprits` are recomputed.
 */
export const EVIDENCE_PROOF = Type.Object(
  {
    type: Type.Literal('evidence-proof'),
    version: Type.Literal(1),
    chainId: Type.Unsafe<Hash>(Type.String({ pattern: '^[0-9a-f]{64}$' })),
    code: Type.Unsafe<EvidenceCode>(Type.Enum(Object.keys(EVIDENCE_CODES))),
    culprits: Type.Array(
      Type.Object(
        {
          owner: Type.Unsafe<FeedId>(Type.String({ maxLength: 64 })),
          role: Type.Unsafe<FeedRole>(Type.Enum(['main', ...ROLES])),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: VALIDATOR_LIMIT },
    ),
    /** In SSB's classic format, fields in the order in which they were signed. */
    messages: Type.Array(Type.Unsafe<ClassicMessage>(Type.Unknown()), { minItems: 1, maxItems: 2 }),
    /** What the messages are held against, where they contradict the lanes and not each other. */
    lanes: Type.Optional(LANE_GROUNDS),
  },
  { additionalProperties: false },
)

export type EvidenceProof = Static<typeof EVIDENCE_PROOF>

const schema = Compile(EVIDENCE_PROOF)
const isEvidenceProof = (proof: unknown): proof is EvidenceProof => schema.Check(proof)

export interface ProvedEvidence extends Accept {
  readonly proof: EvidenceProof
  readonly code: EvidenceCode
  readonly culprits: readonly Culprit[]
  readonly keys: readonly MessageKey[]
  readonly facts: Charge['facts']
}

/**
 * Verifies a proof of misbehaviour from whoever, as JSON already read; never throws for anything in `proof`. A refusal
 * is about the accusation, never the accused:
 *
 * - `malformed-proof`: not of the schema above
 * - `wrong-chain`
 * - `malformed-message`, `oversized-message`: one that SSB itself would not take
 * - `bad-signature`: its stated author did not sign it
 * - `oversized-proof`: its lane messages are too many to be read by everyone
 * - `nothing-proved`: the messages do not prove this code
 * - `wrong-culprits`: they do, but of others
 */
export const verifyEvidence = (
  network: Network,
  proof: unknown,
  verify: Verify,
  law: Law = lawOf(network, verify),
): ProvedEvidence | Refusal => {
  if (!isEvidenceProof(proof)) return reject('malformed-proof')
  if (proof.chainId !== network.chainId) return reject('wrong-chain', { chainId: proof.chainId })
  const { messages, lanes } = proof
  // The key of a lane message does not name its text alone (SSB hashes half of each unit): its signature is needed too.
  for (const [message, value] of [...messages, ...(lanes?.content ?? [])].entries()) {
    const fault = messageFault(value, verify)
    if (fault !== null) return reject(fault, { message })
  }
  if (unitsOf(lanes) > LANE_UNITS_LIMIT) return reject('oversized-proof')
  const found = chargesOf(law, messages, lanes).find(({ code }) => code === proof.code)
  if (!found) return reject('nothing-proved', { code: proof.code })
  if (!sameCulprits(found.culprits, proof.culprits)) return reject('wrong-culprits', { code: proof.code })
  const { code, culprits, facts } = found
  return { verdict: 'accept', proof, code, culprits, keys: messages.map(messageKeyOfValue), facts }
}

const messageFault = (value: unknown, verify: Verify): string | null => {
  if (!isClassicMessage(value)) return 'malformed-message'
  if (classicSize(value) > MESSAGE_SIZE_LIMIT) return 'oversized-message'
  return verifyMessageSignature(value, null, verify) ? null : 'bad-signature'
}

const unitsOf = (lanes: LaneGrounds | undefined): number =>
  (lanes?.content ?? []).reduce((sum, value) => sum + classicSize(value), 0)

const parsed = (values: readonly ClassicMessage[]) =>
  values.map((value) => parseMessage(messageKeyOfValue(value), value))

const chargesOf = (
  law: Law,
  values: readonly ClassicMessage[],
  lanes: LaneGrounds | undefined,
): readonly Charge[] => {
  const [a, b] = parsed(values)
  if (!a) return []
  if (lanes) return chargesOfLanes(law, b ? [a, b] : [a], lanes.parent, parsed(lanes.content))
  return b ? chargesOfPair(law, a, b) : chargesOfMessage(law, a)
}

const sameCulprits = (a: readonly Culprit[], b: readonly Culprit[]): boolean =>
  a.length === b.length && a.every(({ owner, role }, i) => owner === b[i]?.owner && role === b[i].role)

/** The proof that these messages make, or why they make none. */
export const makeEvidence = (
  law: Law,
  code: EvidenceCode,
  messages: readonly ClassicMessage[],
  lanes?: LaneGrounds,
): ProvedEvidence | Refusal => {
  const found = chargesOf(law, messages, lanes).find((charge) => charge.code === code)
  if (!found) return reject('nothing-proved', { code })
  const { chainId } = law.network
  const culprits = [...found.culprits]
  const proof = {
    type: 'evidence-proof',
    version: 1,
    chainId,
    code,
    culprits,
    messages: [...messages],
    ...(lanes && { lanes }),
  } as const
  return verifyEvidence(law.network, proof, law.verify, law)
}

/** What `evidence` messages carry in parts, and what names a proof by its hash: JSON without white space, in UTF-8. */
export const evidenceBytes = ({
  type,
  version,
  chainId,
  code,
  culprits,
  messages,
  lanes,
}: EvidenceProof): Uint8Array =>
  utf8(
    JSON.stringify({
      type,
      version,
      chainId,
      code,
      culprits: culprits.map(({ owner, role }) => ({ owner, role })),
      messages,
      ...(lanes && { lanes: spelled(lanes) }),
    }),
  )

const spelled = ({ parent, content }: LaneGrounds): LaneGrounds => ({
  parent: parent && {
    slot: parent.slot,
    parent: parent.parent,
    cut: parent.cut.map(({ sequence, tip }) => ({ sequence, tip })),
    txRoot: parent.txRoot,
    txCount: parent.txCount,
  },
  content,
})

/** One proof is kept for each of these: more of the same against the same feed prove nothing more. */
export const evidenceName = ({
  code,
  culprits,
}: {
  readonly code: string
  readonly culprits: readonly Culprit[]
}): string => [code, culprits[0]?.owner ?? '', culprits[0]?.role ?? ''].join(' ')
