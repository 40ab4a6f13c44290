import { createHash } from 'node:crypto'
import type { FeedId } from '../../src/feeds/index.js'
import {
  DEFAULT_PARAMETERS,
  draftNetwork,
  generateNodeIdentity,
  generateRoleIdentity,
  memberRegistration,
  parseNetworkFile,
  rolesOf,
  signNetworkFile,
} from '../../src/roles/index.js'
import type {
  Addresses,
  MemberKind,
  Network,
  NetworkDraft,
  NetworkFile,
  NetworkParameters,
  NodeIdentity,
  Registration,
  RoleIdentity,
} from '../../src/roles/index.js'

/** A real network file, signed and endorsed, with every secret key in one hand and nothing left to chance. */

export interface TestMember {
  readonly kind: MemberKind
  readonly name: string
  readonly owner: NodeIdentity
  readonly roles: readonly RoleIdentity[]
  readonly registration: Registration
}

export interface TestNetwork {
  readonly registrar: NodeIdentity
  readonly draft: NetworkDraft
  readonly members: readonly TestMember[]
  readonly balances: ReadonlyMap<string, bigint>
  readonly file: NetworkFile
  readonly network: Network
}

export interface TestNetworkOptions {
  readonly validators?: number
  readonly messagenodes?: number
  readonly observers?: number
  readonly parameters?: Partial<NetworkParameters>
  readonly balances?: ReadonlyMap<string, bigint>
}

/** 32 bytes that follow from a label. */
export const seedOf = (label: string): Uint8Array =>
  new Uint8Array(createHash('sha256').update(label).digest())

export const testNetwork = (options: TestNetworkOptions = {}): TestNetwork => {
  const registrar = generateNodeIdentity(seedOf('registrar'))
  const draft = testDraft(registrar.id, options.parameters)
  const members = [
    ...named('validator', options.validators ?? 4),
    ...named('messagenode', options.messagenodes ?? 3),
    ...named('observer', options.observers ?? 0),
  ].map(({ kind, name }) => testMember(draft, kind, name))
  const balances = options.balances ?? new Map([['ab'.repeat(32), 1_000_000n]])
  const file = signNetworkFile(
    registrar,
    draft,
    members.map(({ registration }) => registration),
    balances,
  )
  return { registrar, draft, members, balances, file, network: parseNetworkFile(file) }
}

export const testDraft = (registrar: FeedId, parameters: Partial<NetworkParameters> = {}): NetworkDraft =>
  draftNetwork({
    parameters: { ...DEFAULT_PARAMETERS, ...parameters },
    registrar,
    salt: seedOf('salt'),
    networkKey: seedOf('network key'),
  })

export const testMember = (
  { networkId }: NetworkDraft,
  kind: MemberKind,
  name: string,
  addresses: Addresses = { ssb: { host: '127.0.0.1', port: 8008 }, http: 'http://127.0.0.1:8080' },
): TestMember => {
  const owner = generateNodeIdentity(seedOf(name))
  const roles = rolesOf(kind).map((role) => generateRoleIdentity(owner.id, role, seedOf(`${name}/${role}`)))
  const registration = memberRegistration({ networkId, kind, owner, roles, name, addresses })
  return { kind, name, owner, roles, registration }
}

const named = (kind: MemberKind, count: number) =>
  Array.from({ length: count }, (_, index) => ({ kind, name: `${kind}-${index + 1}` }))
