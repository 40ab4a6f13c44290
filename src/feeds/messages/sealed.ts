import Type from 'typebox'
import { assert } from '../../util/index.js'
import type { CertificateBody } from '../message.js'
import { certificateFields, certifiedData, certifiedOf } from './certificate-fields.js'
import { codec } from './codec.js'
import { Digest, envelope } from './fields.js'

/** A seal counter's certificate: block and state are final. Its round is 0 whatever round decided. */
export const sealed = codec(
  envelope('sealed', { ...certificateFields, round: Type.Literal(0), stateroot: Digest }),
)(
  ({ data }): CertificateBody => ({
    type: 'sealed',
    skip: false,
    ...certifiedOf(data),
    stateRoot: data.stateroot,
  }),
  (body) => {
    assert(body.stateRoot !== null, 'a sealed certificate carries a state root')
    return { type: 'sealed', data: { ...certifiedData(body), round: 0, stateroot: body.stateRoot } }
  },
)
