import { equalBytes } from '../../util/index.js'
import { type Block, isExplicit, type Transaction, transactionId } from '../codec/index.js'
import { CONSENSUS_FLAGS } from '../interpreter/index.js'
import { OP } from '../script/index.js'
import { type AssetTotals, feesOf } from './amounts.js'
import { checkScripts, checkSpend, coinsSpentBy } from './check-transaction.js'
import { type CoinChange, CoinOverlay, type CoinView } from './coins.js'
import type { ChainParameters } from './parameters.js'
import { invalid, type Refusal } from './refusal.js'

export interface Connected {
  /** In no order that matters; each names what it replaced, so it can be undone. */
  readonly changes: readonly CoinChange[]
  readonly fees: AssetTotals
}

export type Connection =
  | { readonly refusal: Refusal; readonly connected?: undefined }
  | { readonly refusal?: undefined; readonly connected: Connected }

const addFees = (totals: Map<string, bigint>, transaction: Transaction): void => {
  for (const [asset, fee] of feesOf(transaction)) totals.set(asset, (totals.get(asset) ?? 0n) + fee)
}

/** The coinbase pays out the fees, no more, and where the chain says. There is no subsidy. */
const checkPayout = (
  coinbase: Transaction | undefined,
  fees: AssetTotals,
  { mandatoryCoinbase }: ChainParameters,
): Refusal | undefined => {
  const left = new Map(fees)
  for (const output of coinbase?.outputs ?? []) {
    if (!isExplicit(output)) return invalid('bad-cb-amount')
    if (output.value === 0n) continue
    const isAllowed = output.script[0] === OP.RETURN || !mandatoryCoinbase
    if (!isAllowed && !equalBytes(output.script, mandatoryCoinbase)) return invalid('bad-coinbase-txos')
    left.set(output.asset, (left.get(output.asset) ?? 0n) - output.value)
  }
  return [...left.values()].some((sum) => sum < 0n) ? invalid('bad-cb-amount') : undefined
}

const checkOne = (transaction: Transaction, overlay: CoinOverlay, height: number): Refusal | undefined => {
  const coins = coinsSpentBy(transaction, overlay)
  if (!coins) return invalid('bad-txns-inputs-missingorspent')
  return checkSpend(transaction, coins, height) ?? checkScripts(transaction, coins, CONSENSUS_FLAGS)
}

/** Genesis outputs come from nothing; its transactions are not checked, the block's hash is known. */
export const connectGenesis = (block: Block): readonly CoinChange[] => {
  const overlay = new CoinOverlay({ coin: () => undefined })
  const [coinbase, ...issuances] = block.transactions
  if (coinbase) overlay.apply(coinbase, 0)
  for (const issuance of issuances) overlay.apply(issuance, 0)
  return overlay.changes().filter(({ coin }) => coin)
}

/** Spends and makes what the block says, over coins that stay as they are. The block was checked before. */
export const connectBlock = (block: Block, view: CoinView, parameters: ChainParameters): Connection => {
  const { height } = block.header
  const overlay = new CoinOverlay(view)
  const fees = new Map<string, bigint>()
  const [coinbase, ...rest] = block.transactions
  for (const transaction of rest) {
    const refusal = checkOne(transaction, overlay, height)
    if (refusal) return { refusal }
    overlay.apply(transaction, height, transactionId(transaction))
    addFees(fees, transaction)
  }
  const refusal = checkPayout(coinbase, fees, parameters)
  if (refusal) return { refusal }
  if (coinbase) overlay.apply(coinbase, height)
  return { connected: { changes: overlay.changes(), fees } }
}
