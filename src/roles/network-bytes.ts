import {
  feedIdBytes,
  hashBytes,
  hashHex,
  hashTagged,
  tagged,
  type FeedId,
  type Hash,
} from '../feeds/index.js'
import { compareBytes, concat, fromBase64, fromHex, u16, u32, u64, u8, utf8 } from '../util/index.js'
import type { NetworkParameters } from './parameters.js'
import type { EndorsedKeyEntry, MemberEntry } from './network-schema.js'
import { MESSAGENODE_ROLES, VALIDATOR_ROLES, type MemberKind, type Role } from './network.js'

/**
 * The canonical bytes of a network (protocol section 2): fixed width, big-endian, domain tag first. A `text` is
 * `u16 size | UTF-8`, an `id` the 32 bytes of an ed25519 key, and lists of keyed entries ascend by raw key bytes.
 *
 * ```
 * parameters = u16 protocolVersion
 *            | u32 capacity.transactions | u32 capacity.bytes | u32 capacity.batchMs
 *            | u32 emptyBlocks.launch | u32 emptyBlocks.ahead
 *            | u32 laneBatchMs
 *            | u32 roundTimeout.minMs | u32 roundTimeout.maxMs | u32 roundTimeout.initialMs
 *            | u16 faultyMessagenodes (0xffff: null, that is floor((m-1)/2))
 *            | u64 fees.minimum
 *            | u32 transactionLifetime
 * networkId  = H("bf/network/v1" | parameters | registrar id | salt 32)
 *
 * registry   = u16 count | for each member: id | u8 kind | role ids in the order of its kind
 * balances   = u32 count | for each account: account 32 | u64 amount
 * chainId    = H("bf/chain/v1" | networkId | registry | balances)
 *
 * directory  = u16 count | for each member: id | text name | ssb | http | for each role: owner's signature 64 | role's 64
 * ssb        = 0x00 | 0x01 text host | u16 port
 * http       = 0x00 | 0x01 text
 * signed     = "bf/network-file/v1" | chainId | networkKey 32 | directory
 * ```
 * Kinds: 1 validator (transaction-validator, precommitter, committer, sealer), 2 Messagenode (empty-block-producer,
 * block-assembler, precommit-counter, commit-counter, seal-counter), 3 observer (none). Names and addresses stay out
 * of the chain id, since a member that moves does not make another chain; the registrar's signature binds them.
 */

const KIND_BYTE = { validator: 1, messagenode: 2, observer: 3 } as const satisfies Record<MemberKind, number>
const DEFAULT_FAULTY = 0xffff

const text = (value: string): Uint8Array => concat(u16(utf8(value).length), utf8(value))

export const parameterBytes = (parameters: Unversioned<NetworkParameters>): Uint8Array =>
  concat(
    u16(parameters.protocolVersion),
    u32(parameters.capacity.transactions),
    u32(parameters.capacity.bytes),
    u32(parameters.capacity.batchMs),
    u32(parameters.emptyBlocks.launch),
    u32(parameters.emptyBlocks.ahead),
    u32(parameters.laneBatchMs),
    u32(parameters.roundTimeout.minMs),
    u32(parameters.roundTimeout.maxMs),
    u32(parameters.roundTimeout.initialMs),
    u16(parameters.faultyMessagenodes ?? DEFAULT_FAULTY),
    u64(parameters.fees.minimum),
    u32(parameters.transactionLifetime),
  )

/** Of any version: the signature of a file is checked before its version is. */
type Unversioned<P extends { readonly protocolVersion: number }> = Omit<P, 'protocolVersion'> & {
  readonly protocolVersion: number
}

export const networkIdOf = (
  parameters: Unversioned<NetworkParameters>,
  registrar: FeedId,
  salt: Uint8Array,
): Hash => hashHex(hashTagged('bf/network/v1', parameterBytes(parameters), feedIdBytes(registrar), salt))

/** A member as the registry knows it. */
export interface RegistryEntry {
  readonly kind: MemberKind
  readonly id: FeedId
  /** The feeds of its roles, in the order of its kind. */
  readonly roleKeys: readonly FeedId[]
}

/** The registry in canonical bytes; a state root commits to a later epoch's in the same form. */
export const registryBytes = (members: readonly RegistryEntry[]): Uint8Array =>
  concat(
    u16(members.length),
    ...byKey(members, ({ id }) => feedIdBytes(id)).flatMap(({ id, kind, roleKeys }) => [
      feedIdBytes(id),
      u8(KIND_BYTE[kind]),
      ...roleKeys.map(feedIdBytes),
    ]),
  )

export const balanceBytes = (balances: ReadonlyMap<string, bigint>): Uint8Array =>
  concat(
    u32(balances.size),
    ...byKey([...balances], ([account]) => fromHex(account, 32)).flatMap(([account, amount]) => [
      fromHex(account, 32),
      u64(amount),
    ]),
  )

export const chainIdOf = (networkId: Hash, registry: Uint8Array, balances: Uint8Array): Hash =>
  hashHex(hashTagged('bf/chain/v1', hashBytes(networkId), registry, balances))

/** What the registrar signs: all that `network.json` says. */
export const signedFileBytes = (
  chainId: Hash,
  networkKey: Uint8Array,
  members: readonly MemberEntry[],
): Uint8Array => tagged('bf/network-file/v1', hashBytes(chainId), networkKey, directoryBytes(members))

const directoryBytes = (members: readonly MemberEntry[]): Uint8Array =>
  concat(
    u16(members.length),
    ...byKey(members, ({ id }) => feedIdBytes(id)).flatMap((member) => [
      feedIdBytes(member.id),
      text(member.name),
      ...addressBytes(member.addresses),
      ...endorsedKeysOf(member).flatMap(([, { ownerSignature, roleSignature }]) => [
        fromBase64(ownerSignature, 64),
        fromBase64(roleSignature, 64),
      ]),
    ]),
  )

const addressBytes = ({ ssb, http }: MemberEntry['addresses']): readonly Uint8Array[] => [
  ...(ssb === null ? [u8(0)] : [u8(1), text(ssb.host), u16(ssb.port)]),
  ...(http === null ? [u8(0)] : [u8(1), text(http)]),
]

/** A member's role keys with their endorsements, in the order of its kind. */
export const endorsedKeysOf = (member: MemberEntry): readonly (readonly [Role, EndorsedKeyEntry])[] => {
  switch (member.kind) {
    case 'validator':
      return VALIDATOR_ROLES.map((role) => [role, member.roles[role]] as const)
    case 'messagenode':
      return MESSAGENODE_ROLES.map((role) => [role, member.roles[role]] as const)
    case 'observer':
      return []
  }
}

const byKey = <T>(entries: readonly T[], keyOf: (entry: T) => Uint8Array): readonly T[] =>
  entries
    .map((entry) => ({ entry, key: keyOf(entry) }))
    .sort((a, b) => compareBytes(a.key, b.key))
    .map(({ entry }) => entry)
