import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { feedIdOf } from '../../../src/feeds/index.js'
import {
  balanceBytes,
  DEFAULT_PARAMETERS,
  draftNetwork,
  generateNodeIdentity,
  parameterBytes,
  parseNetworkFile,
  registryBytes,
  signNetworkFile,
} from '../../../src/roles/index.js'
import { CodedError, isCoded, toBase64, toHex } from '../../../src/util/index.js'
import type { Json, JsonLeaf } from '../../support/json-leaves.js'
import { leavesOf, withLeaf } from '../../support/json-leaves.js'
import { seedOf, testDraft, testMember, testNetwork } from '../../support/network.js'
import vector from '../../vectors/network.json' with { type: 'json' }

const { file, network, members, draft, registrar, balances } = testNetwork({
  validators: 2,
  messagenodes: 1,
  observers: 1,
})

/** A file is checked as a node reads it: through JSON text. */
const codeOf = (json: unknown): string => {
  try {
    parseNetworkFile(JSON.parse(JSON.stringify(json)))
    return 'accepted'
  } catch (error) {
    if (isCoded(error)) return error.code
    throw error
  }
}

describe('the vector', () => {
  const parsed = parseNetworkFile(vector.file)

  it('has the ids of a second implementation', () => {
    expect([parsed.networkId, parsed.chainId]).toEqual([vector.networkId, vector.chainId])
  })

  it('has its canonical bytes', () => {
    const parameters = { ...parsed.parameters, faultyMessagenodes: null }
    expect(toHex(parameterBytes(parameters))).toBe(vector.parameterBytes)
    expect(toHex(balanceBytes(parsed.balances))).toBe(vector.balanceBytes)
    const entries = parsed.members.map((member) => ({
      kind: member.kind,
      id: member.id,
      roleKeys: member.kind === 'observer' ? [] : Object.values(member.roles),
    }))
    expect(toHex(registryBytes(entries))).toBe(vector.registryBytes)
    expect(toHex(registryBytes([...entries].reverse()))).toBe(vector.registryBytes)
  })

  it('is the same network with its members in another order', () => {
    const { network: inner, signature } = vector.file
    const reversed = { network: { ...inner, members: [...inner.members].reverse() }, signature }
    expect(parseNetworkFile(reversed).chainId).toBe(vector.chainId)
  })
})

describe('a network file', () => {
  it('says what was signed', () => {
    expect(network).toMatchObject({
      networkId: draft.networkId,
      registrar: registrar.id,
      networkKey: draft.networkKey,
      parameters: { ...DEFAULT_PARAMETERS, faultyMessagenodes: 0 },
      balances,
    })
    expect(network.members.map(({ id, name, kind }) => ({ id, name, kind }))).toEqual(
      members.map(({ owner, name, kind }) => ({ id: owner.id, name, kind })),
    )
    const [validator] = network.members
    expect(validator?.kind === 'validator' && validator.roles.sealer).toBe(members[0]?.roles[3]?.id)
    expect([network.genesis.validators.length, network.genesis.messagenodes.length]).toEqual([2, 1])
  })

  it('survives JSON', () => {
    expect(parseNetworkFile(JSON.parse(JSON.stringify(file)))).toEqual(network)
  })

  it('is frozen to the leaves', () => {
    const unfrozen = (value: unknown, path: string): readonly string[] =>
      typeof value !== 'object' || value === null || ArrayBuffer.isView(value)
        ? []
        : [
            ...(Object.isFrozen(value) ? [] : [path]),
            ...Object.entries(value).flatMap(([key, child]) => unfrozen(child, `${path}.${key}`)),
          ]
    expect(unfrozen(network, 'network')).toEqual([])
  })

  it('takes f_m from the number of Messagenodes unless the registrar says it', () => {
    expect(testNetwork({ messagenodes: 5 }).network.parameters.faultyMessagenodes).toBe(2)
    const parameters = { faultyMessagenodes: 4 }
    expect(testNetwork({ messagenodes: 5, parameters }).network.parameters.faultyMessagenodes).toBe(4)
  })

  it('holds the largest network', () => {
    const { network: largest } = testNetwork({ validators: 100, messagenodes: 16 })
    expect([largest.genesis.quorum, largest.genesis.faulty]).toEqual([67, 33])
  })
})

describe('ids', () => {
  it('of the network follow from parameters, registrar and salt', () => {
    const { networkId: _, ...same } = draft
    const idWith = (change: Partial<typeof same>) => draftNetwork({ ...same, ...change }).networkId
    expect(idWith({})).toBe(draft.networkId)
    const ids = [
      idWith({}),
      idWith({ salt: seedOf('other salt') }),
      idWith({ registrar: generateNodeIdentity(seedOf('other')).id }),
      idWith({ parameters: { ...DEFAULT_PARAMETERS, laneBatchMs: 11 } }),
      idWith({ parameters: { ...DEFAULT_PARAMETERS, faultyMessagenodes: 0 } }),
    ]
    expect(new Set(ids).size).toBe(ids.length)
    expect(idWith({ networkKey: seedOf('other network key') })).toBe(draft.networkId)
  })

  it('of the chain follow from members and balances, not from names and addresses', () => {
    const chainWith = (registrations: typeof members, accounts = balances) =>
      parseNetworkFile(
        signNetworkFile(
          registrar,
          draft,
          registrations.map(({ registration }) => registration),
          accounts,
        ),
      ).chainId
    const moved = members.map((member) => {
      const { kind, name } = member
      const elsewhere = testMember(draft, kind, name, { ssb: null, http: 'https://elsewhere.example.org' })
      return { ...elsewhere, registration: { ...elsewhere.registration, name: `new-${name}` } }
    })
    expect(chainWith(moved)).toBe(network.chainId)
    const ids = [
      network.chainId,
      chainWith(members.slice(0, -1)),
      chainWith([...members, testMember(draft, 'observer', 'observer-2')]),
      chainWith(members, new Map()),
      chainWith(members, new Map([['ab'.repeat(32), 1_000_001n]])),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })
})

/** Another value of the same form, so that nothing but the signature can refuse it. */
const plausible = ({ path, value }: JsonLeaf): Json => {
  const field = path.at(-1)
  if (typeof value === 'number') return value + 1
  if (value === null) return field === 'faultyMessagenodes' ? 0 : 'http://127.0.0.1:1'
  if (typeof value === 'boolean') return !value
  if (field === 'id' || field === 'registrar') return feedIdOf(seedOf('a stranger'))
  if (field === 'salt' || field === 'networkKey') return toBase64(seedOf('other bytes'))
  if (/signature$/i.test(String(field))) return toBase64(new Uint8Array(64).fill(7))
  if (/^[0-9]+$/.test(value)) return String(BigInt(value) + 1n)
  if (field === 'http') return `${value}1`
  return `${value}-x`
}

describe('tampering', () => {
  const json = JSON.parse(JSON.stringify(file)) as Json
  const leaves = leavesOf(json)
  // A kind decides which fields a member has; alone it cannot be changed to anything well-formed.
  const signedLeaves = leaves.filter(({ path }) => path.at(-1) !== 'kind')

  test.each(signedLeaves.map((leaf) => [leaf.path.join('.'), leaf] as const))(
    'is found out at %s',
    (_, leaf) => {
      expect(codeOf(withLeaf(json, leaf.path, plausible(leaf)))).toBe('network-file-tampered')
    },
  )

  test.each(leaves.map((leaf) => [leaf.path.join('.'), leaf] as const))(
    'no field may be missing: %s',
    (_, leaf) => {
      const expected = leaf.path[1] === 'balances' ? 'network-file-tampered' : 'network-file-malformed'
      expect(codeOf(withLeaf(json, leaf.path, undefined))).toBe(expected)
    },
  )

  it('is found out when members come, go, or change their kind', () => {
    const { network: inner, signature } = file
    const withMembers = (changed: unknown) => ({ network: { ...inner, members: changed }, signature })
    const last = inner.members.at(-1)
    expect(codeOf(withMembers(inner.members.slice(1)))).toBe('network-file-tampered')
    expect(codeOf(withMembers([...inner.members, last]))).toBe('network-file-tampered')
    expect(codeOf(withMembers([...inner.members.slice(0, -1), { ...last, kind: 'validator' }]))).toBe(
      'network-file-malformed',
    )
  })

  it('is found out when balances appear', () => {
    const { network: inner, signature } = file
    const richer = { ...inner.balances, ['cd'.repeat(32)]: '5' }
    expect(codeOf({ network: { ...inner, balances: richer }, signature })).toBe('network-file-tampered')
  })

  it('of any one leaf is refused', () => {
    const mutation = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.double(),
      fc.constant(null),
      fc.boolean(),
      fc.constantFrom(...leaves.map(({ value }) => value)),
      fc.constant([]),
      fc.constant({}),
    ) as fc.Arbitrary<Json>
    const typo = fc.tuple(fc.nat(200), fc.constantFrom('A', 'b', '0', '9', '+', ' ', '')).map(
      ([place, char]) =>
        (text: string): string =>
          text.slice(0, place % (text.length + 1)) + char + text.slice((place % (text.length + 1)) + 1),
    )
    fc.assert(
      fc.property(fc.constantFrom(...leaves), mutation, typo, fc.boolean(), (leaf, other, mistype, small) => {
        const value = small && typeof leaf.value === 'string' ? mistype(leaf.value) : other
        const changed = withLeaf(json, leaf.path, value)
        fc.pre(JSON.stringify(changed) !== JSON.stringify(json))
        expect(codeOf(changed)).toMatch(/^network-file-(?:malformed|tampered)$/)
      }),
      { numRuns: 500 },
    )
  })

  it('cannot be covered up by another registrar: the endorsements are for another network', () => {
    const usurper = generateNodeIdentity(seedOf('usurper'))
    const usurped = testDraft(usurper.id)
    const registrations = members.map(({ registration }) => ({
      ...registration,
      networkId: usurped.networkId,
    }))
    expect(() => signNetworkFile(usurper, usurped, registrations, balances)).toThrow(
      expect.objectContaining({ code: 'endorsement-owner-signature' }) as Error,
    )
  })
})

describe('shape', () => {
  const withNetwork = (change: object): unknown => ({ ...file, network: { ...file.network, ...change } })

  test.each<[string, unknown]>([
    ['null', null],
    ['an array', []],
    ['a string', 'network'],
    ['a field too many', { ...file, comment: 'hello' }],
    ['a network field too many', withNetwork({ comment: 'hello' })],
    ['a parameter too many', withNetwork({ parameters: { ...file.network.parameters, blockTime: 5 } })],
    ['a fraction', withNetwork({ parameters: { ...file.network.parameters, laneBatchMs: 1.5 } })],
    ['a negative number', withNetwork({ parameters: { ...file.network.parameters, laneBatchMs: -1 } })],
    [
      'a number above 32 bits',
      withNetwork({ parameters: { ...file.network.parameters, laneBatchMs: 2 ** 32 } }),
    ],
    [
      'an f_m that is the mark of null',
      withNetwork({ parameters: { ...file.network.parameters, faultyMessagenodes: 0xffff } }),
    ],
    ['a number as amount', withNetwork({ balances: { ['ab'.repeat(32)]: 5 } })],
    ['a leading zero', withNetwork({ balances: { ['ab'.repeat(32)]: '05' } })],
    ['an amount of 2^64', withNetwork({ balances: { ['ab'.repeat(32)]: String(1n << 64n) } })],
    ['an upper-case account', withNetwork({ balances: { ['AB'.repeat(32)]: '5' } })],
    ['a short account', withNetwork({ balances: { ['ab'.repeat(31)]: '5' } })],
    ['a short salt', withNetwork({ salt: toBase64(new Uint8Array(31)) })],
    ['unpadded base64', withNetwork({ salt: file.network.salt.replace('=', '') })],
    ['an unknown kind', withNetwork({ members: [{ ...file.network.members[0], kind: 'emperor' }] })],
  ])('is refused with %s', (_, json) => {
    expect(codeOf(json)).toBe('network-file-malformed')
  })

  it('is told by place, without repeating what the file says', () => {
    const bad = withNetwork({ balances: { ['a stranger wrote this '.repeat(3)]: '5' } })
    const thrown = (() => {
      try {
        return parseNetworkFile(bad)
      } catch (error) {
        return error
      }
    })()
    expect(thrown).toBeInstanceOf(CodedError)
    expect((thrown as CodedError).data).toMatchObject({ path: 'network.balances.?' })
    expect((thrown as CodedError).message).not.toContain('stranger')
  })
})
