import Type from 'typebox'
import type { IdentityBody } from '../message.js'
import { codec } from './codec.js'
import { envelope, Feed, Sig } from './fields.js'

/** First message of a role feed, with the names of the BlockFin document's listing 2. */
export const identity = codec(
  envelope('identity', {
    ownerid: Feed,
    role: Type.String({ pattern: '^[a-z]+(?:-[a-z]+)*$', maxLength: 52 }),
    ownersig: Sig,
    rolesig: Sig,
  }),
)(
  ({ data }): IdentityBody => ({
    type: 'identity',
    owner: data.ownerid,
    role: data.role,
    ownerSignature: data.ownersig,
    roleSignature: data.rolesig,
  }),
  (body) => ({
    type: 'identity',
    data: {
      ownerid: body.owner,
      role: body.role,
      ownersig: body.ownerSignature,
      rolesig: body.roleSignature,
    },
  }),
)
