import Type from 'typebox'
import { CodedError, fromBase64, toBase64 } from '../../util/index.js'
import { EVIDENCE_PART_LIMIT, EVIDENCE_PARTS_LIMIT, MESSAGE_SIZE_LIMIT } from '../limits.js'
import type { EvidenceBody } from '../message.js'
import { codec } from './codec.js'
import { Digest, envelope } from './fields.js'

/**
 * One part of a proof of misbehaviour, which holds two whole messages and so fits into no third. The parts stand one
 * after the other in the main feed of whoever publishes it.
 */
export const evidence = codec(
  envelope('evidence', {
    proof: Digest,
    part: Type.Integer({ minimum: 0, maximum: EVIDENCE_PARTS_LIMIT - 1 }),
    parts: Type.Integer({ minimum: 1, maximum: EVIDENCE_PARTS_LIMIT }),
    bytes: Type.String({ minLength: 4, maxLength: MESSAGE_SIZE_LIMIT }),
  }),
)(
  ({ data }): EvidenceBody => {
    const { proof, part, parts } = data
    if (part >= parts) throw new CodedError('number-out-of-range', 'a part beyond the last one')
    const bytes = fromBase64(data.bytes)
    if (bytes.length > EVIDENCE_PART_LIMIT) throw new CodedError('list-length', 'a part that is too long')
    return { type: 'evidence', proof, part, parts, bytes }
  },
  ({ proof, part, parts, bytes }) => ({
    type: 'evidence',
    data: { proof, part, parts, bytes: toBase64(bytes) },
  }),
)
