import type { FeedId, Hash } from '../feeds/index.js'

/** The network as every node reads it once from the signed network file: frozen, checked, never I/O. */

export type MemberKind = 'validator' | 'messagenode' | 'observer'

export const VALIDATOR_ROLES = ['transaction-validator', 'precommitter', 'committer', 'sealer'] as const
export const MESSAGENODE_ROLES = [
  'empty-block-producer',
  'block-assembler',
  'precommit-counter',
  'commit-counter',
  'seal-counter',
] as const

export type ValidatorRole = (typeof VALIDATOR_ROLES)[number]
export type MessagenodeRole = (typeof MESSAGENODE_ROLES)[number]
export type Role = ValidatorRole | MessagenodeRole

/** A role's number in canonical bytes is its index here, 0 to 8: only ever append. */
export const ROLES = [...VALIDATOR_ROLES, ...MESSAGENODE_ROLES] as const satisfies readonly Role[]

/** Where a member listens: `host:port` of its SSB socket, and the base URL of its HTTP API if it has one. */
export interface Addresses {
  readonly ssb: { readonly host: string; readonly port: number } | null
  readonly http: string | null
}

interface MemberBase {
  /** The main identity, which owns the roles. */
  readonly id: FeedId
  readonly name: string
  readonly addresses: Addresses
}

export interface Validator extends MemberBase {
  readonly kind: 'validator'
  readonly roles: Readonly<Record<ValidatorRole, FeedId>>
}

export interface Messagenode extends MemberBase {
  readonly kind: 'messagenode'
  readonly roles: Readonly<Record<MessagenodeRole, FeedId>>
}

/** Admitted, unstaked, read-only, never counted. */
export interface Observer extends MemberBase {
  readonly kind: 'observer'
}

export type Member = Validator | Messagenode | Observer

/** Who counts between two set changes (protocol section 5). Indices are ranks by raw main key bytes. */
export interface Epoch {
  readonly number: number
  readonly validators: readonly Validator[]
  readonly messagenodes: readonly Messagenode[]
  /** Byzantine validators tolerated: floor((n-1)/3). */
  readonly faulty: number
  /** Signatures in a certificate: floor(2n/3)+1. */
  readonly quorum: number
}

export interface ChainParameters {
  readonly protocolVersion: 1
  /** Most a block takes: transactions (at least 64), bytes (at least one maximal message, 8192), time. */
  readonly capacity: { readonly transactions: number; readonly bytes: number; readonly batchMs: number }
  /** Empty blocks opened when the chain starts, and kept open ahead of the lowest unsealed height. */
  readonly emptyBlocks: { readonly launch: number; readonly ahead: number }
  /** How long a validator gathers transactions into one feed message before publishing it. */
  readonly laneBatchMs: number
  /** Bounds of the round timer, and its value before anything was measured. */
  readonly roundTimeout: { readonly minMs: number; readonly maxMs: number; readonly initialMs: number }
  /** f_m: Messagenodes that may be faulty; serves start-up and following only. */
  readonly faultyMessagenodes: number
  readonly fees: { readonly minimum: bigint }
  /** Heights ahead that a transaction's `validUntil` may lie. */
  readonly transactionLifetime: number
}

export interface Network {
  readonly networkId: Hash
  readonly chainId: Hash
  /** Private SSB network key: keeps strangers off the network altogether. */
  readonly networkKey: Uint8Array
  readonly parameters: ChainParameters
  readonly registrar: FeedId
  readonly members: readonly Member[]
  readonly genesis: Epoch
  /** Account (64 hexadecimal digits of its public key) to STORE units. */
  readonly balances: ReadonlyMap<string, bigint>
}
