import { describe, expect, it } from 'vitest'
import type { Hash } from '../../../src/feeds/index.js'
import { codeOf, storeLedger, verifyAccountProof } from '../../../src/ledger/index.js'
import type { CodeName } from '../../../src/ledger/index.js'
import { fromHex } from '../../../src/util/index.js'
import { networkOf, readVectors, verifyEd25519 } from './support.js'

interface ExecutionVectors {
  readonly chainId: Hash
  readonly minimumFee: number
  readonly transactionLifetime: number
  readonly balances: Readonly<Record<string, string>>
  readonly genesisRoot: Hash
  readonly blocks: readonly {
    readonly height: number
    readonly transactions: readonly {
      readonly bytes: string
      readonly code: CodeName
      readonly number: number
    }[]
    readonly root: Hash
  }[]
  readonly supply: string
  readonly fees: string
  readonly accounts: readonly { readonly account: string; readonly balance: string; readonly nonce: string }[]
}

const vectors = readVectors('ledger-execution') as ExecutionVectors

const network = networkOf({
  chainId: vectors.chainId,
  minimumFee: BigInt(vectors.minimumFee),
  transactionLifetime: vectors.transactionLifetime,
  balances: Object.entries(vectors.balances).map(([id, balance]) => [id, BigInt(balance)] as const),
})

const ledger = storeLedger({ verify: verifyEd25519 })

const afterAll = () =>
  vectors.blocks.reduce(
    (state, block) =>
      ledger.execute(
        state,
        block.transactions.map(({ bytes }) => fromHex(bytes)),
        block.height,
      ).state,
    ledger.genesis(network),
  )

describe('the chain of the vectors', () => {
  it('begins with the genesis root', () => {
    expect(ledger.root(ledger.genesis(network))).toBe(vectors.genesisRoot)
  })

  it('gives every code and every root, block by block', () => {
    let state = ledger.genesis(network)
    for (const block of vectors.blocks) {
      const transactions = block.transactions.map(({ bytes }) => fromHex(bytes))
      const execution = ledger.execute(state, transactions, block.height)
      const names = [...execution.codes].map((code) => ledger.describe(code).name)
      expect(names).toEqual(block.transactions.map(({ code }) => code))
      expect([...execution.codes]).toEqual(block.transactions.map(({ number }) => number))
      expect(ledger.root(execution.state)).toBe(block.root)
      state = execution.state
    }
  })

  it('covers every code', () => {
    const seen = new Set(vectors.blocks.flatMap(({ transactions }) => transactions.map(({ code }) => code)))
    expect([...seen].map(codeOf).sort((a, b) => a - b)).toEqual(Array.from({ length: 13 }, (_, code) => code))
  })

  it('ends with these accounts, proved, and this supply', () => {
    const state = afterAll()
    for (const expected of vectors.accounts) {
      const answer = ledger.query(state, `accounts/${expected.account}`)
      expect(answer).toMatchObject(expected)
      expect(verifyAccountProof(ledger.root(state), expected.account, answer)).toBe(true)
    }
    expect(ledger.query(state, 'supply')).toEqual({ supply: vectors.supply, fees: vectors.fees })
  })

  it('keeps nothing of transactions whose time has passed', () => {
    expect([...afterAll().consumed]).toEqual([])
  })
})
