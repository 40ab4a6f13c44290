import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LedgerState } from '../../../src/ledger/index.js'
import {
  accountIdOf,
  signRecord,
  signTransfer,
  storeLedger,
  verifyAccountProof,
} from '../../../src/ledger/index.js'
import { accountOfKey, decodeAccount } from '../../../src/ledger/account.js'
import { accountOf } from '../../../src/ledger/state.js'
import type { Verify } from '../../../src/protocol/index.js'
import { sha256 } from '../../../src/feeds/index.js'
import { concat, equalBytes, utf8 } from '../../../src/util/index.js'
import { networkOf } from './support.js'

/** Streams of transactions under a stand-in signature, a hash: what is tested here is bookkeeping, not ed25519. */
const signAs = (publicKey: Uint8Array) => (bytes: Uint8Array) => {
  const half = sha256(concat(publicKey, bytes))
  return concat(half, half)
}
const verify: Verify = (publicKey, bytes, signature) => equalBytes(signAs(publicKey)(bytes), signature)
const ledger = storeLedger({ verify })

const KEYS = ['a', 'b', 'c', 'd', 'e'].map((name) => sha256(utf8(name)))
const SUPPLY = 3000n
const network = networkOf({
  balances: KEYS.slice(0, 3).map((key) => [accountIdOf(key), SUPPLY / 3n] as const),
  minimumFee: 1n,
  transactionLifetime: 4,
})

/** Mostly right, since a stream in which everything fails tests little; `slip` makes one thing wrong. */
interface Intent {
  readonly from: Uint8Array
  readonly to: Uint8Array
  readonly amount: bigint
  readonly fee: bigint
  readonly ahead: bigint
  readonly isRecord: boolean
  readonly slip: 'none' | 'nonce' | 'height' | 'funds' | 'fee' | 'forged' | 'junk' | 'repeat'
}

const SLIPS = ['nonce', 'height', 'funds', 'fee', 'forged', 'junk', 'repeat'] as const

const intent: fc.Arbitrary<Intent> = fc.record({
  from: fc.constantFrom(...KEYS),
  to: fc.constantFrom(...KEYS),
  amount: fc.bigInt(0n, 300n),
  fee: fc.bigInt(1n, 3n),
  ahead: fc.bigInt(0n, 4n),
  isRecord: fc.boolean(),
  slip: fc.oneof(
    { weight: 2, arbitrary: fc.constant('none' as const) },
    { weight: 1, arbitrary: fc.constantFrom(...SLIPS) },
  ),
})

type Intents = readonly (readonly Intent[])[]

const chain: fc.Arbitrary<Intents> = fc.array(fc.array(intent, { maxLength: 12, size: 'max' }), {
  minLength: 1,
  maxLength: 8,
  size: 'max',
})

/** Signs a block's intents on the nonces as they will be if everything before in the block succeeds. */
const signBlock = (
  state: LedgerState,
  intents: readonly Intent[],
  height: number,
  earlier: Uint8Array[],
): readonly Uint8Array[] => {
  const nonces = new Map<Uint8Array, bigint>()
  return intents.map((one) => {
    const { slip, from, to } = one
    const nonce = nonces.get(from) ?? accountOf(state.map, accountIdOf(from)).nonce
    if (slip === 'none') nonces.set(from, nonce + 1n)
    const header = {
      from: accountIdOf(from),
      nonce: slip === 'nonce' ? nonce + 1n : nonce,
      validUntil: BigInt(height) + (slip === 'height' ? one.ahead * 3n - 1n : one.ahead),
      fee: slip === 'fee' ? 0n : one.fee,
    }
    const sign = signAs(slip === 'forged' ? concat(from, to) : from)
    const amount = slip === 'funds' ? SUPPLY : one.amount
    const signed = one.isRecord
      ? signRecord(network.chainId, { ...header, data: to }, sign)
      : signTransfer(network.chainId, { ...header, to: accountIdOf(to), amount }, sign)
    const again = earlier[Number(one.amount) % Math.max(earlier.length, 1)]
    earlier.push(signed)
    if (slip === 'junk') return signed.slice(0, Number(one.amount))
    return slip === 'repeat' && again !== undefined ? again : signed
  })
}

const holdings = (state: LedgerState): bigint =>
  [...state.map].reduce(
    (sum, [key, value]) => (accountOfKey(key) === null ? sum : sum + decodeAccount(value).balance),
    0n,
  )

const forEachBlock = (
  blocks: Intents,
  visit: (state: LedgerState, block: readonly Uint8Array[], height: number) => LedgerState,
): LedgerState => {
  const earlier: Uint8Array[] = []
  return blocks.reduce((state, intents, index) => {
    const height = index + 1
    return visit(state, signBlock(state, intents, height, earlier), height)
  }, ledger.genesis(network))
}

describe('any stream of transactions', () => {
  it('neither makes nor loses a unit', () => {
    const seen = new Map<string, number>()
    fc.assert(
      fc.property(chain, (blocks) => {
        forEachBlock(blocks, (before, block, height) => {
          const { state, codes } = ledger.execute(before, block, height)
          for (const code of codes) {
            const { name } = ledger.describe(code)
            seen.set(name, (seen.get(name) ?? 0) + 1)
          }
          expect(holdings(state) + state.fees).toBe(SUPPLY)
          return state
        })
      }),
      { numRuns: 200 },
    )
    // A stream in which everything fails, or everything for one reason, would conserve as well.
    expect(seen.get('executed')).toBeGreaterThan(1000)
    expect(seen.size).toBeGreaterThanOrEqual(9)
  })

  it('gives in one block what it gives one by one, and what check foretells', () => {
    fc.assert(
      fc.property(chain, (blocks) => {
        forEachBlock(blocks, (before, block, height) => {
          const whole = ledger.execute(before, block, height)
          const start = ledger.execute(before, [], height).state
          const codes: number[] = []
          const state = block.reduce((current, one) => {
            const foretold = ledger.check(current, one, height)
            const step = ledger.execute(current, [one], height)
            expect([...step.codes]).toEqual([foretold])
            codes.push(foretold)
            return step.state
          }, start)
          expect([...whole.codes]).toEqual(codes)
          expect(ledger.root(whole.state)).toBe(ledger.root(state))
          return whole.state
        })
      }),
      { numRuns: 100 },
    )
  })

  it('never changes the state it starts from', () => {
    fc.assert(
      fc.property(chain, (blocks) => {
        forEachBlock(blocks, (before, block, height) => {
          const frozen = { bytes: ledger.snapshot(before), root: ledger.root(before) }
          const { state } = ledger.execute(before, block, height)
          // A dropped attempt at another block leaves the successor alone, too.
          const after = ledger.snapshot(state)
          ledger.execute(before, [...block].reverse(), height)
          ledger.execute(state, block, height + 1)
          expect(ledger.snapshot(before)).toEqual(frozen.bytes)
          expect(ledger.root(before)).toBe(frozen.root)
          expect(ledger.snapshot(state)).toEqual(after)
          return state
        })
      }),
      { numRuns: 100 },
    )
  })

  it('goes on from a snapshot as if nothing had happened', () => {
    fc.assert(
      fc.property(chain, (blocks) => {
        forEachBlock(blocks, (before, block, height) => {
          const snapshot = ledger.snapshot(before)
          const restored = ledger.restore(network, snapshot)
          expect(ledger.root(restored)).toBe(ledger.root(before))
          expect(ledger.snapshot(restored)).toEqual(snapshot)
          const [one, two] = [before, restored].map((state) => ledger.execute(state, block, height))
          expect(two?.codes).toEqual(one?.codes)
          expect(two && ledger.root(two.state)).toBe(one && ledger.root(one.state))
          return ledger.execute(before, block, height).state
        })
      }),
      { numRuns: 100 },
    )
  })

  it('leaves every account provable, those that never were included', () => {
    fc.assert(
      fc.property(chain, (blocks) => {
        const state = forEachBlock(
          blocks,
          (before, block, height) => ledger.execute(before, block, height).state,
        )
        for (const key of [...KEYS, sha256(utf8('nobody'))]) {
          const account = accountIdOf(key)
          expect(
            verifyAccountProof(ledger.root(state), account, ledger.query(state, `accounts/${account}`)),
          ).toBe(true)
        }
      }),
      { numRuns: 50 },
    )
  })
})
