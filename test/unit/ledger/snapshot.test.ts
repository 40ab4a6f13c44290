import { describe, expect, it } from 'vitest'
import type { Hash } from '../../../src/feeds/index.js'
import { signTransfer, storeLedger } from '../../../src/ledger/index.js'
import { CodedError, concat, u32, u64 } from '../../../src/util/index.js'
import { networkOf, verifyEd25519, wallet } from './support.js'

const alice = wallet('alice')
const bob = wallet('bob')
const ledger = storeLedger({ verify: verifyEd25519 })
const network = networkOf({ balances: [[alice.account, 1000n]] })

const pay = (amount: bigint, nonce: bigint, validUntil: bigint): Uint8Array =>
  signTransfer(
    network.chainId,
    { from: alice.account, to: bob.account, amount, nonce, validUntil, fee: 2n },
    alice.sign,
  )

/** Two accounts, and buckets of two hashes and one. */
const state = ledger.execute(
  ledger.genesis(network),
  [pay(10n, 0n, 3n), pay(9999n, 1n, 3n), pay(1n, 1n, 4n)],
  1,
).state
const snapshot = ledger.snapshot(state)

const HEAD_SIZE = 14 + 32
const ACCOUNT_SIZE = 32 + 16
const accountsAt = HEAD_SIZE + 8 + 4
const bucketsAt = accountsAt + 2 * ACCOUNT_SIZE
const hashesAt = bucketsAt + 4 + 8 + 4

/** The snapshot with bytes replaced at a place. */
const patched = (place: number, bytes: Uint8Array): Uint8Array => {
  const copy = snapshot.slice()
  copy.set(bytes, place)
  return copy
}

const part = (place: number, size: number): Uint8Array => snapshot.slice(place, place + size)

const swapped = (place: number, size: number): Uint8Array =>
  patched(place, concat(part(place + size, size), part(place, size)))

describe('a snapshot', () => {
  it('restores the root and what was consumed', () => {
    const restored = ledger.restore(network, snapshot)
    expect(ledger.root(restored)).toBe(ledger.root(state))
    expect(ledger.describe(ledger.check(restored, pay(9999n, 1n, 3n), 2)).name).toBe('duplicate')
    expect(snapshot.length).toBe(hashesAt + 2 * 32 + 8 + 4 + 32)
  })

  it('commits to the order of what was consumed', () => {
    expect(ledger.root(ledger.restore(network, swapped(hashesAt, 32)))).not.toBe(ledger.root(state))
  })

  const malformed: readonly (readonly [string, Uint8Array])[] = [
    ['nothing', new Uint8Array(0)],
    ['another tag', patched(0, new Uint8Array([0]))],
    ['cut short', snapshot.slice(0, -1)],
    ['longer', concat(snapshot, new Uint8Array(1))],
    ['fees out of balance', patched(HEAD_SIZE, u64(5))],
    ['a balance out of balance', patched(accountsAt + 32, u64(1))],
    ['more accounts than bytes', patched(HEAD_SIZE + 8, u32(2 ** 32 - 1))],
    ['accounts out of order', swapped(accountsAt, ACCOUNT_SIZE)],
    ['an account twice', patched(accountsAt + ACCOUNT_SIZE, part(accountsAt, 32))],
    ['a bucket out of order', patched(bucketsAt + 4, u64(4))],
    ['a bucket beyond any height', patched(bucketsAt + 4 + 8 + 4 + 2 * 32, u64(2n ** 53n))],
    ['an empty bucket', concat(part(0, bucketsAt), u32(1), u64(3), u32(0))],
    ['a hash twice', patched(hashesAt + 32, part(hashesAt, 32))],
  ]

  it.each(malformed)('is refused: %s', (_name, bytes) => {
    const refused = expect.objectContaining({ name: CodedError.name, code: 'malformed-snapshot' }) as Error
    expect(() => ledger.restore(network, bytes)).toThrow(refused)
  })

  it('with an account of nothing is refused, since such an account has no leaf', () => {
    const nobody = concat(new Uint8Array(32), u64(0), u64(0))
    const padded = concat(part(0, HEAD_SIZE + 8), u32(3), nobody, snapshot.slice(accountsAt))
    const refused = expect.objectContaining({ name: CodedError.name, code: 'malformed-snapshot' }) as Error
    expect(() => ledger.restore(network, padded)).toThrow(refused)
  })

  it('of another chain is refused as such', () => {
    const elsewhere = networkOf({ chainId: '22'.repeat(32) as Hash, balances: [[alice.account, 1000n]] })
    const refused = expect.objectContaining({ name: CodedError.name, code: 'foreign-snapshot' }) as Error
    expect(() => ledger.restore(elsewhere, snapshot)).toThrow(refused)
  })
})
