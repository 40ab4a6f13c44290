import type { OutPoint } from '../codec/index.js'
import { selectCoins } from './select-coins.js'

/** A coin the wallet can sign for. */
export interface Spendable {
  readonly outPoint: OutPoint
  readonly script: Uint8Array
  readonly asset: string
  readonly value: bigint
}

export const sumsOf = (
  items: Iterable<{ readonly asset: string; readonly value: bigint }>,
): Map<string, bigint> => {
  const sums = new Map<string, bigint>()
  for (const { asset, value } of items) sums.set(asset, (sums.get(asset) ?? 0n) + value)
  return sums
}

/** Coins for every asset, or undefined if one of them does not suffice. */
export const gatherCoins = (
  needed: ReadonlyMap<string, bigint>,
  tiers: readonly (readonly Spendable[])[],
  mustSpend: readonly Spendable[] = [],
): readonly Spendable[] | undefined => {
  const coins = [...mustSpend]
  const held = sumsOf(coins)
  const taken = new Set(coins)
  for (const [asset, sum] of needed) {
    const missing = sum - (held.get(asset) ?? 0n)
    if (missing <= 0n) continue
    const found = firstSelection(tiers, asset, missing, taken)
    if (!found) return undefined
    coins.push(...found)
  }
  return coins
}

const firstSelection = (
  tiers: readonly (readonly Spendable[])[],
  asset: string,
  sum: bigint,
  taken: ReadonlySet<Spendable>,
): readonly Spendable[] | undefined => {
  for (const tier of tiers) {
    const found = selectCoins(
      tier.filter((coin) => coin.asset === asset && !taken.has(coin)),
      sum,
    )
    if (found) return found
  }
  return undefined
}
