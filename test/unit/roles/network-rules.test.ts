import { describe, expect, it, test } from 'vitest'
import type { Signature } from '../../../src/feeds/index.js'
import type { Addresses, NetworkParameters, Registration } from '../../../src/roles/index.js'
import {
  DEFAULT_PARAMETERS,
  balanceBytes,
  generateNodeIdentity,
  parseNetworkFile,
  registryBytes,
  sign,
  signNetworkFile,
} from '../../../src/roles/index.js'
import { chainIdOf, endorsedKeysOf, networkIdOf, signedFileBytes } from '../../../src/roles/network-bytes.js'
import { parametersSchema } from '../../../src/roles/network-schema.js'
import { isCoded } from '../../../src/util/index.js'
import { seedOf, testDraft, testMember, testNetwork } from '../../support/network.js'

const codeOf = (attempt: () => unknown): string => {
  try {
    attempt()
    return 'accepted'
  } catch (error) {
    if (isCoded(error)) return error.code
    throw error
  }
}

const registrar = generateNodeIdentity(seedOf('registrar'))
const draft = testDraft(registrar.id)
const registrationOf = (kind: 'validator' | 'messagenode' | 'observer', name: string): Registration =>
  testMember(draft, kind, name).registration

const validator = registrationOf('validator', 'validator-1')
const messagenode = registrationOf('messagenode', 'messagenode-1')
const observer = registrationOf('observer', 'observer-1')

const signed = (registrations: readonly Registration[], balances = new Map<string, bigint>()) =>
  codeOf(() => signNetworkFile(registrar, draft, registrations, balances))

/** Truly signed, with none of the checks that `signNetworkFile` makes. */
const signedByHand = (change: object): unknown => {
  const { network } = signNetworkFile(registrar, draft, [validator, messagenode], new Map())
  const changed = { ...network, parameters: { ...network.parameters, ...change } }
  const parsed = parametersSchema.parse(changed.parameters)
  const networkId = networkIdOf(parsed, registrar.id, draft.salt)
  const entries = [validator, messagenode].map((member) => ({
    kind: member.kind,
    id: member.id,
    roleKeys: endorsedKeysOf(member).map(([, { id }]) => id),
  }))
  const chainId = chainIdOf(networkId, registryBytes(entries), balanceBytes(new Map()))
  return {
    network: changed,
    signature: sign(registrar, signedFileBytes(chainId, draft.networkKey, network.members)),
  }
}

describe('parameters', () => {
  const { capacity, emptyBlocks, roundTimeout } = DEFAULT_PARAMETERS

  test.each<[string, string, Partial<NetworkParameters>]>([
    ['63 transactions', 'capacity-transactions-too-small', { capacity: { ...capacity, transactions: 63 } }],
    ['8191 bytes', 'capacity-bytes-too-small', { capacity: { ...capacity, bytes: 8191 } }],
    ['no slot at launch', 'empty-blocks-too-few', { emptyBlocks: { ...emptyBlocks, launch: 0 } }],
    ['no slot ahead', 'empty-blocks-too-few', { emptyBlocks: { ...emptyBlocks, ahead: 0 } }],
    [
      'a first timeout below the least',
      'round-timeout-disordered',
      { roundTimeout: { ...roundTimeout, initialMs: 499 } },
    ],
    [
      'a first timeout above the most',
      'round-timeout-disordered',
      { roundTimeout: { ...roundTimeout, initialMs: 20_001 } },
    ],
    ['no least timeout', 'round-timeout-disordered', { roundTimeout: { ...roundTimeout, minMs: 0 } }],
    ['a timeout over a day', 'duration-too-long', { roundTimeout: { ...roundTimeout, maxMs: 86_400_001 } }],
    ['a pause over a day', 'duration-too-long', { laneBatchMs: 86_400_001 }],
    ['a batch over a day', 'duration-too-long', { capacity: { ...capacity, batchMs: 86_400_001 } }],
    ['no lifetime', 'transaction-lifetime-too-short', { transactionLifetime: 0 }],
    ['a fraction', 'parameters-malformed', { laneBatchMs: 0.5 }],
    ['a negative fee', 'parameters-malformed', { fees: { minimum: -1n } }],
    ['a fee of 2^64', 'parameters-malformed', { fees: { minimum: 1n << 64n } }],
  ])('%s are refused as %s', (_, code, parameters) => {
    expect(codeOf(() => testDraft(registrar.id, parameters))).toBe(code)
  })

  test.each<[string, Partial<NetworkParameters>]>([
    ['the least capacity', { capacity: { transactions: 64, bytes: 8192, batchMs: 0 } }],
    ['one slot', { emptyBlocks: { launch: 1, ahead: 1 } }],
    ['one timeout for all', { roundTimeout: { minMs: 7, initialMs: 7, maxMs: 7 } }],
    ['the longest day', { laneBatchMs: 86_400_000 }],
    ['no fee', { fees: { minimum: 0n } }],
    ['the highest fee', { fees: { minimum: (1n << 64n) - 1n } }],
  ])('%s are accepted, as they were given', (_, parameters) => {
    expect(testNetwork({ parameters }).network.parameters).toMatchObject(parameters)
  })

  it.each<[string, object]>([
    ['protocol-version-unsupported', { protocolVersion: 2 }],
    ['capacity-transactions-too-small', { capacity: { ...capacity, transactions: 63 } }],
    ['empty-blocks-too-few', { emptyBlocks: { launch: 10, ahead: 0 } }],
  ])('are refused as %s by a node too, whatever tool the registrar signed with', (code, change) => {
    expect(codeOf(() => parseNetworkFile(signedByHand(change)))).toBe(code)
    expect(codeOf(() => parseNetworkFile(signedByHand({})))).toBe('accepted')
  })

  it('leave one Messagenode correct', () => {
    const parameters = { faultyMessagenodes: 3 }
    expect(codeOf(() => testNetwork({ messagenodes: 3, parameters }))).toBe('faulty-messagenodes-too-many')
    expect(codeOf(() => testNetwork({ messagenodes: 4, parameters }))).toBe('accepted')
  })
})

describe('members', () => {
  it('are one validator and one Messagenode at least', () => {
    expect(signed([validator, messagenode])).toBe('accepted')
    expect(signed([validator, observer])).toBe('messagenodes-missing')
    expect(signed([messagenode, observer])).toBe('validators-missing')
  })

  it('are 100 validators and 16 Messagenodes at most', () => {
    expect(codeOf(() => testNetwork({ validators: 101 }))).toBe('validators-too-many')
    expect(codeOf(() => testNetwork({ messagenodes: 17 }))).toBe('messagenodes-too-many')
  })

  it('have ids and names of their own, letter case aside', () => {
    expect(signed([validator, messagenode, observer, { ...observer, name: 'other' }])).toBe(
      'duplicate-member',
    )
    const shouting = { ...observer, name: 'VALIDATOR-1' }
    expect(signed([validator, messagenode, shouting])).toBe('duplicate-name')
  })

  it('have role keys of their own', () => {
    if (validator.kind !== 'validator') throw new Error('a validator')
    const { roles } = validator
    const twice = { ...validator, roles: { ...roles, sealer: roles.committer } }
    expect(signed([twice, messagenode])).toBe('duplicate-key')
    const asMain = { ...observer, id: roles.sealer.id }
    expect(signed([validator, messagenode, asMain])).toBe('duplicate-key')
  })

  it('may include the registrar by its main key', () => {
    const judge = testMember(draft, 'observer', 'registrar').registration
    expect(judge.id).toBe(registrar.id)
    expect(signed([validator, messagenode, judge])).toBe('accepted')
  })

  it('agree to their role keys, and these to them', () => {
    if (validator.kind !== 'validator') throw new Error('a validator')
    const { roles } = validator
    const forged = 'A'.repeat(86) + '=='
    const with_ = (change: Partial<(typeof roles)['sealer']>) =>
      signed([{ ...validator, roles: { ...roles, sealer: { ...roles.sealer, ...change } } }, messagenode])
    expect(with_({ ownerSignature: forged as Signature })).toBe('endorsement-owner-signature')
    expect(with_({ roleSignature: forged as Signature })).toBe('endorsement-role-signature')
    const swapped = { ...roles, sealer: roles.committer, committer: roles.sealer }
    expect(signed([{ ...validator, roles: swapped }, messagenode])).toBe('endorsement-owner-signature')
  })
})

describe('names', () => {
  test.each(['', ' ', '-', '.hidden', 'a b', 'a/b', 'ünter', 'a\u001b[31m', 'a\n'])(
    '%j is refused',
    (name) => {
      expect(signed([validator, messagenode, { ...observer, name }])).toBe('name-malformed')
    },
  )
  test.each(['a', 'Validator_1', '7.example.org', 'x'.repeat(64)])('%j is accepted', (name) => {
    expect(signed([validator, messagenode, { ...observer, name }])).toBe('accepted')
  })
})

describe('addresses', () => {
  const withAddresses = (addresses: Addresses) => signed([validator, messagenode, { ...observer, addresses }])

  test.each([
    ['', 1],
    ['a b', 1],
    ['-a', 1],
    ['a..b', 1],
    ['a.', 1],
    ['1.2.3', 1],
    ['256.1.1.1', 1],
    ['12', 1],
    ['[::1]', 1],
    ['::1::', 1],
    ['http://a', 1],
    ['a:1', 1],
    ['a'.repeat(64), 1],
    ['localhost', 0],
  ])('SSB at %j port %i is refused', (host, port) => {
    expect(withAddresses({ ssb: { host, port }, http: null })).toBe('ssb-address-malformed')
  })

  test.each([
    ['localhost', 1],
    ['127.0.0.1', 65_535],
    ['::1', 8008],
    ['node-7.example.org', 8008],
    ['3com.com', 8008],
  ])('SSB at %j port %i is accepted', (host, port) => {
    expect(withAddresses({ ssb: { host, port }, http: null })).toBe('accepted')
  })

  test.each([
    '',
    'localhost:80',
    'ftp://a',
    'javascript:alert(1)',
    'http://',
    'http://a/',
    'http://a/b/',
    'http://a?b',
    'http://a#b',
    'http://me:secret@a',
    'http://A',
    'http://a:80',
    'http://[::1]:80',
    'https://a:443',
    ' http://a',
    'http://a\n',
    'http://a b',
  ])('HTTP at %j is refused', (http) => {
    expect(withAddresses({ ssb: null, http })).toBe('http-address-malformed')
  })

  test.each([
    'http://a',
    'https://a.example.org/api/v1',
    'http://127.0.0.1:8080',
    'http://[::1]:8080',
    'https://a:80',
  ])('HTTP at %j is accepted', (http) => {
    expect(withAddresses({ ssb: null, http })).toBe('accepted')
  })
})

describe('balances', () => {
  const account = (byte: number): string => byte.toString(16).padStart(2, '0').repeat(32)

  it('add up to less than 2^64', () => {
    const half = 1n << 63n
    const accounts = (second: bigint) =>
      new Map([
        [account(1), half],
        [account(2), second],
      ])
    expect(signed([validator, messagenode], accounts(half - 1n))).toBe('accepted')
    expect(signed([validator, messagenode], accounts(half))).toBe('supply-too-large')
  })
})

describe('the registrar', () => {
  it('is the one the draft names', () => {
    const other = generateNodeIdentity(seedOf('another registrar'))
    expect(codeOf(() => signNetworkFile(other, draft, [validator, messagenode], new Map()))).toBe(
      'registrar-mismatch',
    )
  })

  it('signs for members of this network alone', () => {
    const elsewhere = testDraft(registrar.id, { laneBatchMs: 99 })
    const stranger = testMember(elsewhere, 'observer', 'stranger').registration
    expect(signed([validator, messagenode, stranger])).toBe('registration-of-other-network')
  })

  it('cannot sign what no node would read', () => {
    const file = signNetworkFile(registrar, draft, [validator, messagenode], new Map())
    expect(() => parseNetworkFile(file)).not.toThrow()
    expect(signed([validator, messagenode], new Map([['short', 1n]]))).toBe('malformed-hex')
  })
})
