import type { Hash } from '../feeds/index.js'
import { CodedError } from '../util/index.js'
import { endorse } from './endorsement.js'
import type { NodeIdentity, RoleIdentity } from './identity.js'
import { checkEndorsements, checkEntry } from './network-rules.js'
import { parseWith, registrationSchema, type EndorsedKeyEntry, type Registration } from './network-schema.js'
import { MESSAGENODE_ROLES, VALIDATOR_ROLES, type Addresses, type MemberKind, type Role } from './network.js'

/** What a member makes known of itself, to be handed to the registrar: JSON with public keys and endorsements only. */

export interface RegistrationRequest {
  readonly networkId: Hash
  readonly kind: MemberKind
  readonly owner: NodeIdentity
  /** One identity for each role of the kind, in any order; none for an observer. */
  readonly roles: readonly RoleIdentity[]
  readonly name: string
  readonly addresses: Addresses
}

/**
 * @throws CodedError `role-identity-missing`, `role-identity-unexpected` (of another kind or owner, or a second one),
 * or what {@link parseRegistration} finds in the name and the addresses
 */
export const memberRegistration = (request: RegistrationRequest): Registration => {
  const { networkId, kind, owner, name, addresses } = request
  const given = new Map(request.roles.map((identity) => [identity.role, identity]))
  const endorsedKeys = <R extends Role>(roles: readonly R[]): Record<R, EndorsedKeyEntry> =>
    Object.fromEntries(roles.map((role) => [role, endorsedKey(given.get(role), role)])) as Record<
      R,
      EndorsedKeyEntry
    >
  const endorsedKey = (identity: RoleIdentity | undefined, role: Role): EndorsedKeyEntry => {
    if (identity === undefined) throw new CodedError('role-identity-missing', `no ${role} identity was given`)
    const { ownerSignature, roleSignature } = endorse(networkId, owner, identity)
    return { id: identity.id, ownerSignature, roleSignature }
  }
  const wanted = kind === 'observer' ? [] : kind === 'validator' ? VALIDATOR_ROLES : MESSAGENODE_ROLES
  const isOwn = ({ ownerid, role }: RoleIdentity): boolean =>
    ownerid === owner.id && wanted.some((name) => name === role)
  if (given.size !== request.roles.length || !request.roles.every(isOwn)) {
    throw new CodedError('role-identity-unexpected', `a role identity is not one of this ${kind}'s`)
  }
  const base = { networkId, id: owner.id, name, addresses }
  switch (kind) {
    case 'validator':
      return parseRegistration({ ...base, kind, roles: endorsedKeys(VALIDATOR_ROLES) }, networkId)
    case 'messagenode':
      return parseRegistration({ ...base, kind, roles: endorsedKeys(MESSAGENODE_ROLES) }, networkId)
    case 'observer':
      return parseRegistration({ ...base, kind }, networkId)
  }
}

/**
 * What the registrar reads of a member's file.
 * @throws CodedError `registration-malformed`, `registration-of-other-network`, `name-malformed`,
 * `ssb-address-malformed`, `http-address-malformed`, `endorsement-owner-signature`, `endorsement-role-signature`
 */
export const parseRegistration = (json: unknown, networkId: Hash): Registration => {
  const registration = parseWith(registrationSchema, json, 'registration-malformed', 'the registration')
  if (registration.networkId !== networkId) {
    throw new CodedError('registration-of-other-network', 'the registration is for another network', {
      networkId: registration.networkId,
    })
  }
  checkEntry(registration)
  checkEndorsements(networkId, registration)
  return registration
}
