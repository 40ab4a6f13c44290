import type { CertificateBody } from '../message.js'
import { certificateFields, certifiedData, certifiedOf } from './certificate-fields.js'
import { codec } from './codec.js'
import { envelope } from './fields.js'

/** A commit counter's certificate: the block is decided. */
export const committed = codec(envelope('committed', certificateFields))(
  ({ data }): CertificateBody => ({ type: 'committed', skip: false, ...certifiedOf(data), stateRoot: null }),
  (body) => ({ type: 'committed', data: certifiedData(body) }),
)
