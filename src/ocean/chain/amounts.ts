import {
  inMoneyRange,
  isExplicit,
  isFee,
  isReissuance,
  issuedBy,
  type Transaction,
  type TransactionInput,
} from '../codec/index.js'
import type { Coin } from './coins.js'
import { invalid, type Refusal } from './refusal.js'

/** Sums by asset. */
export type AssetTotals = ReadonlyMap<string, bigint>

class Totals {
  readonly sums = new Map<string, bigint>()

  add(asset: string, value: bigint): void {
    if (value !== 0n) this.sums.set(asset, (this.sums.get(asset) ?? 0n) + value)
  }
}

/** Fees by asset: outputs without a script. */
export const feesOf = ({ outputs }: Transaction): AssetTotals => {
  const totals = new Totals()
  for (const output of outputs)
    if (isFee(output) && isExplicit(output)) totals.add(output.asset, output.value)
  return totals.sums
}

const isBalanced = (inputs: AssetTotals, outputs: AssetTotals): boolean =>
  inputs.size === outputs.size && [...inputs].every(([asset, sum]) => outputs.get(asset) === sum)

/** A reissuance spends a token of the asset it makes more of, and issues no tokens. */
const isRightful = ({ issuance }: TransactionInput, token: string, coin: Coin): boolean =>
  issuance !== undefined &&
  (!isReissuance(issuance) || (coin.output.asset === token && issuance.tokenAmount === null))

/** What an issuance makes out of nothing; false if it may not, or hides how much. */
const addIssued = (totals: Totals, input: TransactionInput, coin: Coin): boolean => {
  const ids = issuedBy(input)
  if (!ids || !input.issuance) return true
  const { assetAmount, tokenAmount } = input.issuance
  const [assets, tokens] = [assetAmount ?? 0n, tokenAmount ?? 0n]
  if (typeof assets !== 'bigint' || typeof tokens !== 'bigint') return false
  if (!inMoneyRange(assets) || !inMoneyRange(tokens) || !isRightful(input, ids.token, coin)) return false
  totals.add(ids.asset, assets)
  totals.add(ids.token, tokens)
  return true
}

const OUT_OF_BALANCE = invalid('bad-txns-in-ne-out')

/**
 * Every asset goes out in exactly the amount it came in or was issued in: there is no implicit fee. Blinded amounts
 * cannot be added up here, and are refused.
 */
export const checkAmounts = (transaction: Transaction, coins: readonly Coin[]): Refusal | undefined => {
  const [ins, outs] = [new Totals(), new Totals()]
  for (const [i, input] of transaction.inputs.entries()) {
    const coin = coins[i]
    if (!coin || !isExplicit(coin.output) || !addIssued(ins, input, coin)) return OUT_OF_BALANCE
    ins.add(coin.output.asset, coin.output.value)
  }
  for (const output of transaction.outputs) {
    if (!isExplicit(output)) return OUT_OF_BALANCE
    if (isFee(output) && output.value === 0n) return invalid('bad-fees')
    outs.add(output.asset, output.value)
  }
  return isBalanced(ins.sums, outs.sums) ? undefined : OUT_OF_BALANCE
}
