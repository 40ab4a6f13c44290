import Type from 'typebox'
import type { CertificateBody, SkipCertificateBody } from '../message.js'
import {
  certificateFields,
  certifiedData,
  certifiedOf,
  quorumData,
  quorumFields,
  quorumOf,
} from './certificate-fields.js'
import { codec } from './codec.js'
import { envelope, Height, Link, present, U32 } from './fields.js'

/** A precommit counter's certificate of a value. */
export const precommitted = codec(envelope('precommitted', certificateFields))(
  ({ data }): CertificateBody => ({
    type: 'precommitted',
    skip: false,
    ...certifiedOf(data),
    stateRoot: null,
  }),
  (body) => ({ type: 'precommitted', data: certifiedData(body) }),
)

/** A precommit counter's certificate that a round may be left. */
export const skipCertificate = codec(
  envelope('precommitted', {
    skip: Type.Literal(true),
    blockid: Height,
    round: U32,
    prev: Type.Optional(Link),
    ...quorumFields,
  }),
)(
  ({ data }): SkipCertificateBody => ({
    type: 'precommitted',
    skip: true,
    height: data.blockid,
    round: data.round,
    previous: data.prev ?? null,
    ...quorumOf(data),
  }),
  (body) => ({
    type: 'precommitted',
    data: {
      skip: true,
      blockid: body.height,
      round: body.round,
      ...present('prev', body.previous),
      ...quorumData(body),
    },
  }),
)
