import { z } from 'zod'

import {
  type CertificateBody,
  type ClassicMessage,
  type Hash,
  isClassicMessage,
  type LaneTip,
  messageKeyOfValue,
  type MessageOf,
  parseMessage,
  sha256,
  type Value,
  verifyCertificate,
} from '../../feeds/index.js'
import { chainApplication, type Context, type Origin } from '../../protocol/index.js'
import { electorateOf } from '../../roles/index.js'
import { ByteReader, CodedError, concat, equalBytes, u32, utf8 } from '../../util/index.js'

/**
 * A sealed height from which this node can go on without anything before it: all that a chain starts from (`Origin`),
 * and the two certificates that a quorum signed over it. Its bytes:
 *
 *     "bf/checkpoint/v1" | u32 size | JSON of everything but the state | the state's snapshot | 32 B SHA-256 of it all
 */
export interface Checkpoint {
  readonly chainId: Hash
  readonly height: number
  readonly value: Value
  /** E(height). */
  readonly slot: Hash
  readonly cut: readonly LaneTip[]
  /** The messages that carry CC and SC of this height. */
  readonly committed: ClassicMessage
  readonly sealed: ClassicMessage
  /** Last sequence, by feed, up to which nothing speaks of what comes after this height. */
  readonly moot: Readonly<Record<string, number>>
  readonly snapshot: Uint8Array
}

const TAG = utf8('bf/checkpoint/v1')
const DIGEST_BYTES = 32

const hash = z.string().regex(/^[0-9a-f]{64}$/) as unknown as z.ZodType<Hash>
const message = z.custom<ClassicMessage>(isClassicMessage)
const schema = z.strictObject({
  chainId: hash,
  height: z.int().positive(),
  value: z.strictObject({ block: hash, xRoot: hash }),
  slot: hash,
  cut: z.array(
    z.strictObject({ sequence: z.int().min(0), tip: z.string() as unknown as z.ZodType<LaneTip['tip']> }),
  ),
  committed: message,
  sealed: message,
  moot: z.record(z.string(), z.int().min(0)),
})

export const encodeCheckpoint = ({ snapshot, ...facts }: Checkpoint): Uint8Array => {
  const json = utf8(JSON.stringify(facts))
  const bytes = concat(TAG, u32(json.length), json, snapshot)
  return concat(bytes, sha256(bytes))
}

/** Null unless these are the whole bytes of a checkpoint. */
export const decodeCheckpoint = (bytes: Uint8Array): Checkpoint | null => {
  const body = bytes.subarray(0, Math.max(0, bytes.length - DIGEST_BYTES))
  if (body.length < TAG.length + 4 || !equalBytes(sha256(body), bytes.subarray(body.length))) return null
  const reader = new ByteReader(body)
  if (!equalBytes(reader.take(TAG.length), TAG)) return null
  const json = Buffer.from(reader.take(reader.u32())).toString('utf8')
  const facts = schema.safeParse(JSON.parse(json))
  return facts.success ? { ...facts.data, snapshot: reader.take(reader.remaining) } : null
}

/**
 * The chain's origin at a checkpoint, after checking it against what a quorum signed: the decision by CC, and the
 * state, recomputed, by SC.
 *
 * @throws CodedError `checkpoint-unusable`, or what the application's `restore` throws
 */
export const originOf = <State>(context: Context<State>, checkpoint: Checkpoint): Origin<State> => {
  const { chainId, height, value, slot, cut, snapshot } = checkpoint
  const { network } = context
  if (chainId !== network.chainId) throw unusable('another chain', height)
  const certificate = certificateOf(context, checkpoint, 'committed')
  const sealed = certificateOf(context, checkpoint, 'sealed')
  const application = chainApplication(context)
  const state = application.restore(network, snapshot)
  if (application.root(state) !== sealed.body.stateRoot)
    throw unusable('another state than was sealed', height)
  return { height, value, certificate, slot, cut, state }
}

const certificateOf = <State>(
  { network, verify }: Context<State>,
  { height, value, committed, sealed }: Checkpoint,
  stage: 'committed' | 'sealed',
): MessageOf<CertificateBody> => {
  const classic = stage === 'committed' ? committed : sealed
  const message = parseMessage(messageKeyOfValue(classic), classic)
  const { body } = message
  if (
    body.type !== stage ||
    body.height !== height ||
    body.block !== value.block ||
    body.xRoot !== value.xRoot
  )
    throw unusable(`no ${stage} certificate of it`, height)
  const verdict = verifyCertificate(body, electorateOf(network, network.genesis), verify)
  if (verdict.verdict !== 'accept') throw unusable(`a bad ${stage} certificate: ${verdict.code}`, height)
  return { ...message, body }
}

const unusable = (why: string, height: number): CodedError =>
  new CodedError('checkpoint-unusable', `the checkpoint holds ${why}`, { height })
