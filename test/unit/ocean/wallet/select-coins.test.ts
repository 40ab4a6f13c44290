import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LEAST_CHANGE, selectCoins } from '../../../../src/ocean/wallet/select-coins.js'

const coins = (...values: readonly bigint[]) => values.map((value) => ({ value }))
const sumOf = (chosen: readonly { value: bigint }[]): bigint =>
  chosen.reduce((sum, { value }) => sum + value, 0n)

describe('the choice of coins', () => {
  it.each([
    ['one that fits exactly', coins(5n, 7n, 12n), 7n, [7n]],
    ['all, where they just make it', coins(3n, 4n), 7n, [4n, 3n]],
    [
      'the smallest that is larger, where the small ones do not suffice',
      coins(1n, 3_000_000n, 2_000_000n),
      10n,
      [2_000_000n],
    ],
    ['no more than is needed', coins(1n, 2n, 3n, LEAST_CHANGE), LEAST_CHANGE + 1n, [LEAST_CHANGE, 3n]],
  ])('takes %s', (_, held, target, chosen) => {
    expect(selectCoins(held, target)?.map(({ value }) => value)).toEqual(chosen)
  })

  it('takes enough whenever there is enough, and no coin that could be spared', () => {
    const amount = fc.bigInt({ min: 1n, max: 5_000_000n })
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 12 }), amount, (values, target) => {
        const held = coins(...values)
        const chosen = selectCoins(held, target)
        expect(chosen !== undefined).toBe(sumOf(held) >= target)
        if (!chosen) return
        expect(sumOf(chosen)).toBeGreaterThanOrEqual(target)
        expect(new Set(chosen).size).toBe(chosen.length)
      }),
    )
  })
})
