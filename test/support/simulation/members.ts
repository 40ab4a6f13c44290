import { createHash } from 'node:crypto'
import { feedIdOf } from '../../../src/feeds/index.js'
import type { FeedId, Hash } from '../../../src/feeds/index.js'
import {
  epochOf,
  faultyMessagenodesOf,
  MESSAGENODE_ROLES,
  VALIDATOR_ROLES,
} from '../../../src/roles/index.js'
import type {
  ChainParameters,
  FeedRole,
  Member,
  Messagenode,
  Network,
  Role,
  Validator,
} from '../../../src/roles/index.js'
import type { KeyPair, SignatureScheme } from './signatures.js'

/** A network of a simulation, with every secret key in one hand. */
export interface Cast {
  readonly network: Network
  readonly scheme: SignatureScheme
  /** By the member's rank: what nodes are called in traces, `v0` and `m0` onwards. */
  readonly names: ReadonlyMap<FeedId, string>
  keyOf(member: FeedId, role: FeedRole): KeyPair
}

export interface CastOptions {
  readonly validators: number
  readonly messagenodes: number
  readonly scheme: SignatureScheme
  readonly parameters?: Partial<ChainParameters>
}

export const castOf = (options: CastOptions): Cast => {
  const { scheme } = options
  const keyPair = (place: string): KeyPair => remembered(scheme, place)
  const feedOf = (place: string): FeedId => feedIdOf(keyPair(place).publicKey)
  const roleFeeds = <R extends Role>(name: string, roles: readonly R[]) =>
    Object.fromEntries(roles.map((role) => [role, feedOf(`${name}/${role}`)])) as Record<R, FeedId>
  const base = (name: string) => ({ id: feedOf(`${name}/main`), name, addresses: { ssb: null, http: null } })

  const validators = names('validator', options.validators).map((name): Validator => ({
    kind: 'validator',
    ...base(name),
    roles: roleFeeds(name, VALIDATOR_ROLES),
  }))
  const messagenodes = names('messagenode', options.messagenodes).map((name): Messagenode => ({
    kind: 'messagenode',
    ...base(name),
    roles: roleFeeds(name, MESSAGENODE_ROLES),
  }))
  const members: readonly Member[] = [...validators, ...messagenodes]
  const genesis = epochOf(0, members)
  const memberNames = new Map(members.map((member) => [member.id, member.name]))
  return {
    scheme,
    names: new Map([
      ...genesis.validators.map(({ id }, index) => [id, `v${index}`] as const),
      ...genesis.messagenodes.map(({ id }, index) => [id, `m${index}`] as const),
    ]),
    keyOf: (member, role) => keyPair(`${memberNames.get(member)}/${role}`),
    network: {
      networkId: hashOf('network of a simulation'),
      chainId: SIMULATED_CHAIN,
      networkKey: new Uint8Array(32),
      parameters: { ...parametersFor(options.messagenodes), ...options.parameters },
      registrar: feedOf('registrar/main'),
      members,
      genesis,
      balances: new Map(),
    },
  }
}

/** A place always has the same key, so all simulations of a process share them. */
const remembered = (scheme: SignatureScheme, place: string): KeyPair => {
  const keys = KEYS.get(scheme) ?? new Map<string, KeyPair>()
  KEYS.set(scheme, keys)
  const key = keys.get(place) ?? scheme.keyPair(place)
  keys.set(place, key)
  return key
}

const KEYS = new WeakMap<SignatureScheme, Map<string, KeyPair>>()

const parametersFor = (messagenodes: number): ChainParameters => ({
  protocolVersion: 1,
  capacity: { transactions: 256, bytes: 65_536, batchMs: 40 },
  emptyBlocks: { launch: 10, ahead: 10 },
  laneBatchMs: 5,
  roundTimeout: { minMs: 200, maxMs: 5_000, initialMs: 500 },
  faultyMessagenodes: faultyMessagenodesOf(messagenodes),
  fees: { minimum: 0n },
  transactionLifetime: 1_000,
})

const names = (kind: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`)

const hashOf = (text: string): Hash => createHash('sha256').update(text).digest('hex') as Hash

export const SIMULATED_CHAIN = hashOf('chain of a simulation')
