import { describe, expect, it } from 'vitest'
import type { Hash } from '../../../src/feeds/index.js'
import type { CodeName, LedgerState, UnsignedTransfer } from '../../../src/ledger/index.js'
import { ALL_CODES, MAX_UNITS, signRecord, signTransfer, storeLedger } from '../../../src/ledger/index.js'
import { CodedError, equalBytes } from '../../../src/util/index.js'
import { networkOf, verifyEd25519, wallet } from './support.js'

const alice = wallet('alice')
const bob = wallet('bob')
const ledger = storeLedger({ verify: verifyEd25519 })
const network = networkOf({ balances: [[alice.account, 1000n]] })
const genesis = ledger.genesis(network)

const pay = (over: Partial<UnsignedTransfer> = {}): Uint8Array =>
  signTransfer(
    network.chainId,
    { from: alice.account, to: bob.account, amount: 10n, nonce: 0n, validUntil: 5n, fee: 2n, ...over },
    alice.sign,
  )

const run = (state: LedgerState, height: number, ...transactions: readonly Uint8Array[]) => {
  const execution = ledger.execute(state, transactions, height)
  return { state: execution.state, names: [...execution.codes].map((code) => ledger.describe(code).name) }
}

const check = (state: LedgerState, transaction: Uint8Array, height: number): string =>
  ledger.describe(ledger.check(state, transaction, height)).name

describe('validUntil', () => {
  // Lifetime 8 at height 3: from 3 to 11.
  const cases: readonly (readonly [bigint, CodeName])[] = [
    [0n, 'expired'],
    [2n, 'expired'],
    [3n, 'executed'],
    [11n, 'executed'],
    [12n, 'valid-until-too-far'],
    [MAX_UNITS, 'valid-until-too-far'],
  ]
  it.each(cases)('%s at height 3: %s', (validUntil, name) => {
    expect(check(genesis, pay({ validUntil }), 3)).toBe(name)
  })
})

describe('the first broken rule gives the code', () => {
  const poor = pay({ nonce: 4n, fee: 0n, amount: 0n })
  const cases: readonly (readonly [string, CodeName, Uint8Array])[] = [
    ['nonce before fee', 'wrong-nonce', poor],
    ['fee before funds', 'fee-too-low', pay({ fee: 1n, amount: 5000n })],
    ['funds before amount', 'insufficient-funds', pay({ fee: 1001n, amount: 0n })],
    ['signature before lifetime', 'bad-signature', pay({ validUntil: 0n }).fill(0, -64)],
  ]
  it.each(cases)('%s', (_name, code, transaction) => {
    expect(check(genesis, transaction, 1)).toBe(code)
  })
})

describe('a failed transaction', () => {
  it('changes no account and no fees, yet counts as consumed', () => {
    const failing = pay({ amount: 5000n })
    const { state, names } = run(genesis, 1, failing, failing)
    expect(names).toEqual(['insufficient-funds', 'duplicate'])
    expect(ledger.query(state, 'supply')).toEqual({ supply: '1000', fees: '0' })
    expect(ledger.query(state, `accounts/${alice.account}`)).toMatchObject({ balance: '1000', nonce: '0' })
    // Not even money that arrives later revives it: a client that wants it signs another one.
    expect(check(state, failing, 2)).toBe('duplicate')
  })

  it('leaves no trace at all if it never got as far as the account rules', () => {
    const strangers = [
      pay().fill(0, -64),
      pay({ validUntil: 0n }),
      pay({ validUntil: 99n }),
      new Uint8Array(7),
    ]
    const { state, names } = run(genesis, 1, ...strangers)
    expect(names).toEqual(['bad-signature', 'expired', 'valid-until-too-far', 'malformed'])
    expect(ledger.root(state)).toBe(ledger.root(genesis))
    expect(equalBytes(ledger.snapshot(state), ledger.snapshot(genesis))).toBe(true)
  })
})

describe('replay protection', () => {
  it('does not end with the last height of a transaction', () => {
    const transaction = pay({ validUntil: 5n })
    let { state } = run(genesis, 1, transaction)
    for (let height = 2; height <= 12; height++) {
      const expected = height <= 5 ? 'duplicate' : 'expired'
      const next = run(state, height, transaction)
      expect(next.names).toEqual([expected])
      state = next.state
    }
    expect(state.consumed.size).toBe(0)
  })

  it('keeps the transactions of one chain out of another', () => {
    const elsewhere = networkOf({ chainId: '11'.repeat(32) as Hash, balances: [[alice.account, 1000n]] })
    expect(check(ledger.genesis(elsewhere), pay(), 1)).toBe('bad-signature')
  })

  it('is bounded: one bucket for each height of a lifetime', () => {
    let state = genesis
    for (let height = 1; height <= 30; height++) {
      const all = Array.from({ length: 12 }, (_, ahead) =>
        pay({ nonce: 77n, validUntil: BigInt(height + ahead) }),
      )
      state = run(state, height, ...all).state
      expect(state.consumed.size).toBe(9)
    }
    expect([...state.map].length).toBe(1 + 1 + 9)
  })
})

describe('accounts', () => {
  it('pay themselves the fee only', () => {
    const { state, names } = run(genesis, 1, pay({ to: alice.account, amount: 998n }))
    expect(names).toEqual(['executed'])
    expect(ledger.query(state, `accounts/${alice.account}`)).toMatchObject({ balance: '998', nonce: '1' })
  })

  it('pass on within one block what they got in it', () => {
    const record = signRecord(
      network.chainId,
      { from: bob.account, data: new Uint8Array(2048), nonce: 0n, validUntil: 1n, fee: 10n },
      bob.sign,
    )
    expect(run(genesis, 1, record, pay()).names).toEqual(['insufficient-funds', 'executed'])
    expect(run(genesis, 1, pay(), record).names).toEqual(['executed', 'executed'])
  })

  it('that spent everything keep their nonce', () => {
    const { state } = run(genesis, 1, pay({ amount: 998n }))
    expect(ledger.query(state, `accounts/${alice.account}`)).toMatchObject({ balance: '0', nonce: '1' })
    expect(check(state, pay({ nonce: 0n, validUntil: 6n }), 2)).toBe('wrong-nonce')
  })
})

describe('overflow', () => {
  const rich = wallet('rich')
  const full = networkOf({
    balances: [
      [rich.account, MAX_UNITS],
      [alice.account, MAX_UNITS],
    ],
  })

  it('of the recipient is refused', () => {
    const state = ledger.genesis(full)
    expect(check(state, pay({ to: rich.account, amount: 1n }), 1)).toBe('balance-overflow')
    expect(check(state, pay({ amount: 1n }), 1)).toBe('executed')
  })

  it('of the collected fees is refused', () => {
    const whole = signRecord(
      full.chainId,
      { from: rich.account, data: new Uint8Array(0), nonce: 0n, validUntil: 5n, fee: MAX_UNITS },
      rich.sign,
    )
    const { state, names } = run(ledger.genesis(full), 1, whole, pay())
    expect(names).toEqual(['executed', 'balance-overflow'])
    expect(ledger.query(state, 'supply')).toEqual({ supply: `${2n * MAX_UNITS}`, fees: `${MAX_UNITS}` })
  })
})

describe('genesis', () => {
  const refused = expect.objectContaining({ name: CodedError.name, code: 'malformed-genesis' }) as Error

  it.each([
    ['a key that is no account', 'bob', 1n],
    ['a negative balance', alice.account, -1n],
    ['a balance over 64 bits', alice.account, MAX_UNITS + 1n],
  ])('refuses %s', (_name, account, balance) => {
    expect(() => ledger.genesis(networkOf({ balances: [[account, balance]] }))).toThrow(refused)
  })

  it('has one root, whatever the order of balances, with or without zeros', () => {
    const one = ledger.genesis(
      networkOf({
        balances: [
          [alice.account, 1n],
          [bob.account, 2n],
        ],
      }),
    )
    const two = ledger.genesis(
      networkOf({
        balances: [
          [bob.account, 2n],
          [wallet('zero').account, 0n],
          [alice.account, 1n],
        ],
      }),
    )
    expect(ledger.root(two)).toBe(ledger.root(one))
  })
})

describe('the table of codes', () => {
  it('numbers from 0 without gaps, by unique kebab-case names, each with a sentence', () => {
    expect(ALL_CODES.map(({ code }) => code)).toEqual(ALL_CODES.map((_, index) => index))
    expect(new Set(ALL_CODES.map(({ name }) => name)).size).toBe(ALL_CODES.length)
    for (const { name, sentence } of ALL_CODES) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/)
      expect(sentence).toMatch(/^[A-Z].*\.$/)
    }
  })

  it('describes a code it does not know', () => {
    expect(ledger.describe(200).name).toBe('unknown-code')
  })
})
