import { ascii, feed, hex, integer, keyPair, sha256 } from './naive.js'

/** A network of one validator, one Messagenode and one observer, byte by byte after docs/protocol.md. */

const VALIDATOR_ROLES = ['transaction-validator', 'precommitter', 'committer', 'sealer']
const MESSAGENODE_ROLES = [
  'empty-block-producer',
  'block-assembler',
  'precommit-counter',
  'commit-counter',
  'seal-counter',
]
const ROLES = [...VALIDATOR_ROLES, ...MESSAGENODE_ROLES]

const PARAMETERS = {
  protocolVersion: 1,
  capacity: { transactions: 2000, bytes: 1_048_576, batchMs: 40 },
  emptyBlocks: { launch: 10, ahead: 11 },
  laneBatchMs: 12,
  roundTimeout: { minMs: 500, maxMs: 20_000, initialMs: 2000 },
  faultyMessagenodes: null,
  fees: { minimum: '18446744073709551615' },
  transactionLifetime: 10_000,
}
const PARAMETER_BYTES = hex(
  [
    '0001', // protocolVersion
    '000007d0' + '00100000' + '00000028', // capacity
    '0000000a' + '0000000b', // emptyBlocks
    '0000000c', // laneBatchMs
    '000001f4' + '00004e20' + '000007d0', // roundTimeout
    'ffff', // faultyMessagenodes: the default
    'ffffffffffffffff', // fees.minimum
    '00002710', // transactionLifetime
  ].join(''),
)

const SALT = sha256(ascii('salt'))
const NETWORK_KEY = sha256(ascii('network key'))
const registrar = keyPair('registrar')
const networkId = sha256(ascii('bf/network/v1'), PARAMETER_BYTES, registrar.publicKey, SALT)

const endorsement = (id: Buffer, owner: string, role: string, key: string, direction: number): Buffer =>
  Buffer.concat([
    ascii('bf/endorse/v1'),
    id,
    keyPair(owner).publicKey,
    keyPair(key).publicKey,
    integer(ROLES.indexOf(role), 1),
    integer(direction, 1),
  ])

const roleEntry = (owner: string, role: string) => {
  const key = `${owner}/${role}`
  return {
    id: feed(key),
    ownerSignature: keyPair(owner)
      .sign(endorsement(networkId, owner, role, key, 0))
      .toString('base64'),
    roleSignature: keyPair(key)
      .sign(endorsement(networkId, owner, role, key, 1))
      .toString('base64'),
  }
}

interface MemberCase {
  readonly label: string
  readonly kind: string
  readonly kindByte: number
  readonly roles: readonly string[]
  readonly ssb: { readonly host: string; readonly port: number } | null
  readonly http: string | null
}

const MEMBERS: readonly MemberCase[] = [
  {
    label: 'validator-1',
    kind: 'validator',
    kindByte: 1,
    roles: VALIDATOR_ROLES,
    ssb: { host: 'validator-1.example.org', port: 8008 },
    http: 'https://validator-1.example.org/api',
  },
  {
    label: 'messagenode-1',
    kind: 'messagenode',
    kindByte: 2,
    roles: MESSAGENODE_ROLES,
    ssb: { host: '::1', port: 65_535 },
    http: null,
  },
  { label: 'observer-1', kind: 'observer', kindByte: 3, roles: [], ssb: null, http: null },
]

const ascending = [...MEMBERS].sort((a, b) =>
  Buffer.compare(keyPair(a.label).publicKey, keyPair(b.label).publicKey),
)

const registryBytes = Buffer.concat([
  integer(MEMBERS.length, 2),
  ...ascending.flatMap(({ label, kindByte, roles }) => [
    keyPair(label).publicKey,
    integer(kindByte, 1),
    ...roles.map((role) => keyPair(`${label}/${role}`).publicKey),
  ]),
])

const ACCOUNTS = { ['ff'.repeat(32)]: '1', ['0a'.repeat(32)]: '18446744073709551614' }
const balanceBytes = hex(`00000002${'0a'.repeat(32)}fffffffffffffffe${'ff'.repeat(32)}0000000000000001`)

const chainId = sha256(ascii('bf/chain/v1'), networkId, registryBytes, balanceBytes)

const text = (value: string): Buffer => Buffer.concat([integer(value.length, 2), ascii(value)])

const directoryBytes = Buffer.concat([
  integer(MEMBERS.length, 2),
  ...ascending.flatMap(({ label, roles, ssb, http }) => [
    keyPair(label).publicKey,
    text(label),
    ...(ssb === null ? [hex('00')] : [hex('01'), text(ssb.host), integer(ssb.port, 2)]),
    ...(http === null ? [hex('00')] : [hex('01'), text(http)]),
    ...roles.flatMap((role) => {
      const { ownerSignature, roleSignature } = roleEntry(label, role)
      return [Buffer.from(ownerSignature, 'base64'), Buffer.from(roleSignature, 'base64')]
    }),
  ]),
])

const signedBytes = Buffer.concat([ascii('bf/network-file/v1'), chainId, NETWORK_KEY, directoryBytes])

const memberJson = ({ label, kind, roles, ssb, http }: MemberCase) => ({
  kind,
  id: feed(label),
  name: label,
  addresses: { ssb, http },
  ...(roles.length > 0
    ? { roles: Object.fromEntries(roles.map((role) => [role, roleEntry(label, role)])) }
    : {}),
})

export const network = () => ({
  parameterBytes: PARAMETER_BYTES.toString('hex'),
  networkId: networkId.toString('hex'),
  registryBytes: registryBytes.toString('hex'),
  balanceBytes: balanceBytes.toString('hex'),
  chainId: chainId.toString('hex'),
  signedBytes: signedBytes.toString('hex'),
  file: {
    network: {
      parameters: PARAMETERS,
      registrar: feed('registrar'),
      salt: SALT.toString('base64'),
      networkKey: NETWORK_KEY.toString('base64'),
      members: MEMBERS.map(memberJson),
      balances: ACCOUNTS,
    },
    signature: registrar.sign(signedBytes).toString('base64'),
  },
})

/** Under a network id of their own, one of every role. Keys follow from SHA-256 of these labels as seeds. */
export const endorsements = () => {
  const id = sha256(ascii('a network'))
  const owner = 'owner'
  return ROLES.map((role, index) => {
    const key = `owner/${role}`
    const [byOwner, byRole] = [0, 1].map((direction) => endorsement(id, owner, role, key, direction))
    return {
      networkId: id.toString('hex'),
      ownerSeed: sha256(ascii(owner)).toString('hex'),
      roleSeed: sha256(ascii(key)).toString('hex'),
      owner: feed(owner),
      role,
      index,
      key: feed(key),
      ownerBytes: byOwner?.toString('hex'),
      roleBytes: byRole?.toString('hex'),
      ownerSignature: byOwner && keyPair(owner).sign(byOwner).toString('base64'),
      roleSignature: byRole && keyPair(key).sign(byRole).toString('base64'),
    }
  })
}
