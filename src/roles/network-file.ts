import { feedIdBytes, type FeedId, type Hash } from '../feeds/index.js'
import { assert, CodedError, fromBase64, toBase64 } from '../util/index.js'
import { verifyBytes } from './ed25519.js'
import { epochOf } from './epoch.js'
import { sign, type NodeIdentity } from './identity.js'
import {
  balanceBytes,
  chainIdOf,
  endorsedKeysOf,
  networkIdOf,
  registryBytes,
  signedFileBytes,
} from './network-bytes.js'
import { checkEndorsements, checkMembers, checkParameters, resolveParameters } from './network-rules.js'
import {
  networkFileSchema,
  parametersSchema,
  parseWith,
  type EndorsedKeyEntry,
  type MemberEntry,
  type NetworkFile,
  type ParsedNetworkFile,
  type Registration,
} from './network-schema.js'
import type { Member, Network, Role } from './network.js'
import type { NetworkParameters } from './parameters.js'

/**
 * The network file: what every node must agree on before it can meet another, signed by the registrar. It is made
 * in three steps, since endorsements sign the network id: a draft gives the id, members register under it, and
 * the registrar signs. Ids are never written down, but derived (see `network-bytes.ts`).
 */

export interface NetworkDraft {
  readonly networkId: Hash
  readonly parameters: NetworkParameters
  readonly registrar: FeedId
  /** 32 random bytes, which make this network another one than any of the same parameters and registrar. */
  readonly salt: Uint8Array
  /** 32 secret bytes, SSB's `caps.shs`: who does not know them cannot even shake hands. */
  readonly networkKey: Uint8Array
}

/** @throws CodedError `parameters-malformed`, or the code of a parameter that cannot work */
export const draftNetwork = (draft: Omit<NetworkDraft, 'networkId'>): NetworkDraft => {
  assert(draft.salt.length === 32 && draft.networkKey.length === 32, 'salt and network key have 32 bytes')
  const json = parametersJson(draft.parameters)
  const parameters = checkParameters(parseWith(parametersSchema, json, 'parameters-malformed', 'a parameter'))
  return { ...draft, parameters, networkId: networkIdOf(parameters, draft.registrar, draft.salt) }
}

/**
 * The file, ready to be written as JSON. It passes {@link parseNetworkFile}: a registrar cannot sign a network that
 * no node would accept.
 * @param balances account (64 hexadecimal digits) to STORE units
 * @throws CodedError as {@link parseNetworkFile}, or `registrar-mismatch`, `registration-of-other-network`
 */
export const signNetworkFile = (
  registrar: NodeIdentity,
  draft: NetworkDraft,
  registrations: readonly Registration[],
  balances: ReadonlyMap<string, bigint>,
): NetworkFile => {
  if (registrar.id !== draft.registrar) {
    throw new CodedError('registrar-mismatch', 'the draft names another registrar')
  }
  const members = registrations.map(({ networkId, ...member }): MemberEntry => {
    if (networkId === draft.networkId) return member
    throw new CodedError('registration-of-other-network', 'a registration is for another network', {
      networkId,
    })
  })
  const chainId = chainIdOf(
    draft.networkId,
    registryBytes(members.map(registryEntry)),
    balanceBytes(balances),
  )
  const file: NetworkFile = {
    network: {
      parameters: parametersJson(draft.parameters),
      registrar: draft.registrar,
      salt: toBase64(draft.salt),
      networkKey: toBase64(draft.networkKey),
      members,
      balances: Object.fromEntries([...balances].map(([account, amount]) => [account, amount.toString()])),
    },
    signature: sign(registrar, signedFileBytes(chainId, draft.networkKey, members)),
  }
  parseNetworkFile(file)
  return file
}

/**
 * Verifies everything a network file says, and freezes it.
 *
 * @throws CodedError
 * - `network-file-malformed`: a missing, unknown or misspelled field; `path` says where
 * - `network-file-tampered`: the registrar did not sign this
 * - `protocol-version-unsupported`, `capacity-transactions-too-small`, `capacity-bytes-too-small`,
 *   `empty-blocks-too-few`, `round-timeout-disordered`, `duration-too-long`, `transaction-lifetime-too-short`,
 *   `faulty-messagenodes-too-many`: a parameter cannot work
 * - `validators-missing`, `validators-too-many`, `messagenodes-missing`, `messagenodes-too-many`
 * - `name-malformed`, `ssb-address-malformed`, `http-address-malformed`
 * - `duplicate-member`, `duplicate-name`, `duplicate-key`
 * - `endorsement-owner-signature`, `endorsement-role-signature`
 * - `supply-too-large`: balances add up to 2^64 or more
 */
export const parseNetworkFile = (json: unknown): Network => {
  const file = parseWith(networkFileSchema, json, 'network-file-malformed', 'the network file')
  const { registrar, members: entries } = file.network
  const { networkId, chainId, balances } = checkSignature(file)
  const parameters = checkParameters(file.network.parameters)
  checkMembers(entries, registrar)
  entries.forEach((entry, place) => checkEndorsements(networkId, entry, place))
  checkSupply(balances)
  const members = Object.freeze(entries.map(memberOf))
  const genesis = epochOf(0, members)
  return deepFreeze({
    networkId,
    chainId,
    networkKey: fromBase64(file.network.networkKey, 32),
    parameters: resolveParameters(parameters, genesis.messagenodes.length),
    registrar,
    members,
    genesis,
    balances,
  })
}

const checkSignature = ({ network, signature }: ParsedNetworkFile) => {
  const { parameters, registrar, members } = network
  const networkId = networkIdOf(parameters, registrar, fromBase64(network.salt, 32))
  const balances: ReadonlyMap<string, bigint> = new Map(Object.entries(network.balances))
  const chainId = chainIdOf(networkId, registryBytes(members.map(registryEntry)), balanceBytes(balances))
  const bytes = signedFileBytes(chainId, fromBase64(network.networkKey, 32), members)
  if (!verifyBytes(feedIdBytes(registrar), bytes, fromBase64(signature, 64))) {
    throw new CodedError('network-file-tampered', 'the network file is not what its registrar signed')
  }
  return { networkId, chainId, balances }
}

const checkSupply = (balances: ReadonlyMap<string, bigint>): void => {
  const supply = [...balances.values()].reduce((sum, amount) => sum + amount, 0n)
  if (supply >= 1n << 64n) {
    throw new CodedError('supply-too-large', 'the balances add up to 2^64 or more', {
      supply: supply.toString(),
    })
  }
}

const parametersJson = (parameters: NetworkParameters): NetworkFile['network']['parameters'] => ({
  ...parameters,
  fees: { minimum: parameters.fees.minimum.toString() },
})

const registryEntry = (member: MemberEntry) => ({
  kind: member.kind,
  id: member.id,
  roleKeys: endorsedKeysOf(member).map(([, { id }]) => id),
})

const memberOf = (entry: MemberEntry): Member => {
  const { id, name, addresses } = entry
  switch (entry.kind) {
    case 'validator':
      return { kind: entry.kind, id, name, addresses, roles: keysOf(entry.roles) }
    case 'messagenode':
      return { kind: entry.kind, id, name, addresses, roles: keysOf(entry.roles) }
    case 'observer':
      return { kind: entry.kind, id, name, addresses }
  }
}

const keysOf = <R extends Role>(roles: Readonly<Record<R, EndorsedKeyEntry>>): Record<R, FeedId> =>
  Object.fromEntries(Object.entries<EndorsedKeyEntry>(roles).map(([role, { id }]) => [role, id])) as Record<
    R,
    FeedId
  >

/** Plain objects and arrays; the bytes of a key and the entries of a map are read-only by type alone. */
const deepFreeze = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  for (const child of Object.values(value)) deepFreeze(child)
  return Object.freeze(value)
}
