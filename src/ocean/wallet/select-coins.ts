/**
 * Which coins of one asset pay an amount. As a real wallet: one that fits exactly, else all smaller ones if they just
 * make it, else a set of smaller ones or the smallest that is larger. Where that one draws lots, this takes the
 * largest first and then lets go of what is not needed.
 */
export interface Selectable {
  readonly value: bigint
}

/** Change smaller than this is avoided where it can be. */
export const LEAST_CHANGE = 1_000_000n

const sumOf = (coins: readonly Selectable[]): bigint => coins.reduce((sum, { value }) => sum + value, 0n)

const descending = (a: Selectable, b: Selectable): number =>
  a.value === b.value ? 0 : a.value > b.value ? -1 : 1

/** Largest first until it is enough; then, smallest first, what can be spared is left. */
const gather = <T extends Selectable>(coins: readonly T[], target: bigint): readonly T[] => {
  const taken: T[] = []
  let sum = 0n
  for (const coin of coins) {
    if (sum >= target) break
    taken.push(coin)
    sum += coin.value
  }
  for (let i = taken.length - 1; i >= 0; i--) {
    const value = taken[i]?.value ?? 0n
    if (sum - value < target) continue
    taken.splice(i, 1)
    sum -= value
  }
  return taken
}

/** Undefined if all of them together are not enough. */
export const selectCoins = <T extends Selectable>(
  coins: readonly T[],
  target: bigint,
): readonly T[] | undefined => {
  const exact = coins.find(({ value }) => value === target)
  if (exact) return [exact]
  const sorted = [...coins].sort(descending)
  const smaller = sorted.filter(({ value }) => value < target + LEAST_CHANGE)
  const larger = sorted.findLast(({ value }) => value >= target + LEAST_CHANGE)
  const total = sumOf(smaller)
  if (total === target) return smaller
  if (total < target) return larger && [larger]
  const wanted = total >= target + LEAST_CHANGE ? target + LEAST_CHANGE : target
  const gathered = gather(smaller, wanted)
  const isCloser = larger !== undefined && larger.value <= sumOf(gathered)
  return isCloser ? [larger] : gathered
}
