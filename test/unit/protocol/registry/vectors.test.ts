import { describe, expect, it } from 'vitest'
import {
  type ClassicMessage,
  type FeedId,
  feedIdOf,
  type Hash,
  hashHex,
  type LaneTip,
} from '../../../../src/feeds/index.js'
import {
  chainApplication,
  closeLaneOperations,
  decodeOperation,
  stateRootOf,
} from '../../../../src/protocol/index.js'
import { membersHash } from '../../../../src/protocol/registry/members-hash.js'
import { assert, fromHex, toHex } from '../../../../src/util/index.js'
import { readVectors } from '../../../support/read-vectors.js'
import { counterApplication } from '../../../support/simulation/counter-application.js'
import { messagenodeOf, networkOf, validatorOf, verifyEd25519 } from '../../ledger/support.js'

interface Vectors {
  readonly validators: readonly (readonly string[])[]
  readonly messagenodes: readonly (readonly string[])[]
  readonly membersHash: Hash
  readonly genesisRoot: Hash
  readonly carrier: FeedId
  readonly proofs: readonly {
    readonly name: string
    readonly messages: readonly [ClassicMessage, ClassicMessage]
    readonly hash: Hash
    readonly operations: readonly string[]
  }[]
  readonly chains: readonly {
    readonly name: string
    readonly blocks: readonly {
      readonly height: number
      readonly cut: readonly LaneTip[]
      readonly transactions: readonly { lane: number; bytes: string; code: number }[]
      readonly registryRoot: Hash
    }[]
  }[]
  readonly stateRoots: readonly { application: Hash; registry: Hash; stateRoot: Hash }[]
}

const vectors = readVectors('registry') as Vectors

const feeds = (keys: readonly string[]): [FeedId, FeedId[]] => {
  const [id, ...roles] = keys.map((key) => feedIdOf(fromHex(key, 32)))
  assert(id, 'a member has a main key')
  return [id, roles]
}

const network = networkOf({
  members: [
    ...vectors.messagenodes.map((keys) => messagenodeOf(...feeds(keys))),
    ...vectors.validators.map((keys) => validatorOf(...feeds(keys))),
  ],
})
const application = chainApplication({ application: counterApplication, verify: verifyEd25519 })

describe('registry vectors', () => {
  it('commit to the members, and to nothing else at genesis', () => {
    expect(toHex(membersHash(network.genesis))).toBe(vectors.membersHash)
    expect(application.genesis(network).registry.root).toBe(vectors.genesisRoot)
  })

  it.each(vectors.proofs)('$name: operations', ({ messages, hash, operations }) => {
    const made = closeLaneOperations(...messages, vectors.carrier)
    expect(made.map(toHex)).toEqual(operations)
    for (const bytes of made) expect(decodeOperation(bytes)).toMatchObject({ proof: hash })
  })

  it.each(vectors.chains)('$name: codes and roots', ({ blocks }) => {
    let state = application.genesis(network)
    for (const { height, cut, transactions, registryRoot } of blocks) {
      const placed = transactions.map(({ lane, bytes }) => ({ lane, bytes: fromHex(bytes) }))
      const execution = application.executeBlock(state, { height, transactions: placed, cut })
      expect([...execution.codes]).toEqual(transactions.map(({ code }) => code))
      expect(execution.state.registry.root).toBe(registryRoot)
      state = execution.state
    }
  })

  it.each(vectors.stateRoots)('state root $stateRoot', ({ stateRoot, ...roots }) => {
    expect(stateRootOf(roots)).toBe(stateRoot)
    expect(hashHex(fromHex(stateRoot, 32))).toBe(stateRoot)
  })
})
