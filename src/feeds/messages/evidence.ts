import { CodedError } from '../../util/index.js'
import type { EvidenceBody } from '../message.js'
import { codec } from './codec.js'
import { envelope, Link } from './fields.js'

/** Any main feed names two messages that together convict their author. */
export const evidence = codec(envelope('evidence', { a: Link, b: Link }))(
  ({ data }): EvidenceBody => {
    if (data.a === data.b) throw new CodedError('same-message', 'a message does not contradict itself')
    return { type: 'evidence', a: data.a, b: data.b }
  },
  (body) => ({ type: 'evidence', data: { a: body.a, b: body.b } }),
)
