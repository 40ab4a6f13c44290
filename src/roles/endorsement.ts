import {
  feedIdBytes,
  hashBytes,
  tagged,
  type FeedId,
  type Hash,
  type IdentityBody,
  type Signature,
} from '../feeds/index.js'
import { ACCEPT, fromBase64, isCoded, reject, u8, type Verdict } from '../util/index.js'
import { verifyBytes } from './ed25519.js'
import { sign, type NodeIdentity, type RoleIdentity } from './identity.js'
import { ROLES, type Role } from './network.js'

/**
 * A role key is endorsed by its owner and endorses the owner (protocol section 2). One signature alone would let
 * an owner claim a key it does not hold, or a key claim an owner that never agreed; the network id keeps an
 * endorsement from being replayed in another network.
 */

/** `owner`: the owner signs for the role key. `role`: the role key signs for its owner. */
export type Direction = 'owner' | 'role'

const DIRECTION_BYTE = { owner: 0, role: 1 } as const satisfies Record<Direction, number>

export interface EndorsedKey {
  readonly owner: FeedId
  readonly role: Role
  /** The role's key, and so its feed. */
  readonly key: FeedId
}

/**
 * What both sign: `"bf/endorse/v1" | networkId 32 | owner key 32 | role key 32 | u8 role | u8 direction`, where
 * role is the index in {@link ROLES} and direction 0 for the owner's signature, 1 for the role key's.
 */
export const endorsementBytes = (
  networkId: Hash,
  { owner, role, key }: EndorsedKey,
  direction: Direction,
): Uint8Array =>
  tagged(
    'bf/endorse/v1',
    hashBytes(networkId),
    feedIdBytes(owner),
    feedIdBytes(key),
    u8(ROLES.indexOf(role)),
    u8(DIRECTION_BYTE[direction]),
  )

/** The first message of a role's feed. */
export const endorse = (networkId: Hash, owner: NodeIdentity, identity: RoleIdentity): IdentityBody => {
  const endorsed = { owner: owner.id, role: identity.role, key: identity.id }
  return {
    type: 'identity',
    owner: owner.id,
    role: identity.role,
    ownerSignature: sign(owner, endorsementBytes(networkId, endorsed, 'owner')),
    roleSignature: sign(identity, endorsementBytes(networkId, endorsed, 'role')),
  }
}

/**
 * Does this body, standing in the feed `key`, bind that key to its owner in this network? Refusals:
 * `endorsement-role-unknown`, `endorsement-owner-signature`, `endorsement-role-signature`.
 */
export const verifyEndorsement = (networkId: Hash, key: FeedId, body: IdentityBody): Verdict => {
  const role = ROLES.find((name) => name === body.role)
  if (role === undefined) return reject('endorsement-role-unknown')
  const endorsed = { owner: body.owner, role, key }
  const holds = (signer: FeedId, signature: Signature, direction: Direction): boolean => {
    const bytes = decodeSignature(signature)
    return (
      bytes !== undefined &&
      verifyBytes(feedIdBytes(signer), endorsementBytes(networkId, endorsed, direction), bytes)
    )
  }
  if (!holds(body.owner, body.ownerSignature, 'owner')) return reject('endorsement-owner-signature', { role })
  if (!holds(key, body.roleSignature, 'role')) return reject('endorsement-role-signature', { role })
  return ACCEPT
}

const decodeSignature = (text: string): Uint8Array | undefined => {
  try {
    return fromBase64(text, 64)
  } catch (error) {
    if (isCoded(error, 'malformed-base64')) return undefined
    throw error
  }
}
