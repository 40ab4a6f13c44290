import Type from 'typebox'
import { CodedError } from '../../util/index.js'
import type { ContactBody } from '../message.js'
import { codec } from './codec.js'
import { Feed, fieldsOf } from './fields.js'

/** Flat, as every SSB program writes it: plain peers read it too. `blocking` may be missing in theirs. */
export const contact = codec(
  fieldsOf({
    type: Type.Literal('contact'),
    contact: Feed,
    following: Type.Boolean(),
    blocking: Type.Optional(Type.Boolean()),
  }),
)(
  ({ contact: feed, following, blocking }): ContactBody => {
    if (following && blocking === true) throw new CodedError('contradiction', 'followed and blocked at once')
    return { type: 'contact', contact: feed, following }
  },
  (body) => ({ type: 'contact', contact: body.contact, following: body.following, blocking: false }),
)
