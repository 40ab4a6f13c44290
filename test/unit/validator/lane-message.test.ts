import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  classicSize,
  encodeBody,
  MESSAGE_SIZE_LIMIT,
  TRANSACTIONS_PER_MESSAGE_LIMIT,
} from '../../../src/feeds/index.js'
import { MAX_TRANSACTION_SIZE } from '../../../src/ledger/index.js'
import { generateNodeIdentity } from '../../../src/roles/index.js'
import { fitCount, laneMessageSize } from '../../../src/validator/index.js'
import { seedOf } from '../../support/network.js'
import { signedMessage } from '../../support/signed-feed.js'

const author = generateNodeIdentity(seedOf('lane'))

/** What SSB counts for a message that was really signed. */
const signedSize = (transactions: readonly Uint8Array[], sequence: number): number => {
  const { value } = signedMessage(author, undefined, encodeBody({ type: 'transaction', transactions }))
  return classicSize({ ...value, sequence, previous: '%'.padEnd(52, 'A') as never })
}

describe('size of a lane message', () => {
  it('is never less than the signed message, and little more', () => {
    const batch = fc.array(fc.uint8Array({ minLength: 1, maxLength: 400 }), { minLength: 1, maxLength: 64 })
    fc.assert(
      fc.property(batch, fc.integer({ min: 1, max: 2 ** 32 }), (transactions, sequence) => {
        const size = laneMessageSize(transactions.map(({ length }) => length))
        const signed = signedSize(transactions, sequence)
        expect(size).toBeGreaterThanOrEqual(signed)
        expect(size - signed).toBeLessThan(24)
      }),
      { numRuns: 100 },
    )
  })

  it('lets in as many transactions as fit, and not one more', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 100 })
    fc.assert(
      fc.property(sizes, (lengths) => {
        const count = fitCount(lengths.map((length) => new Uint8Array(length)))
        expect(count).toBeLessThanOrEqual(TRANSACTIONS_PER_MESSAGE_LIMIT)
        if (count > 0)
          expect(laneMessageSize(lengths.slice(0, count))).toBeLessThanOrEqual(MESSAGE_SIZE_LIMIT)
        const more = count < lengths.length && count < TRANSACTIONS_PER_MESSAGE_LIMIT
        if (more) expect(laneMessageSize(lengths.slice(0, count + 1))).toBeGreaterThan(MESSAGE_SIZE_LIMIT)
      }),
    )
  })

  it('has room for the largest transaction of the ledger', () => {
    expect(fitCount([new Uint8Array(MAX_TRANSACTION_SIZE)])).toBe(1)
    expect(fitCount([new Uint8Array(6000)])).toBe(0)
    expect(fitCount([])).toBe(0)
  })
})
