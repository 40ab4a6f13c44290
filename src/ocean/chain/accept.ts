import { isCoinbase, type Transaction } from '../codec/index.js'
import { STANDARD_FLAGS } from '../interpreter/index.js'
import { checkScripts, checkSpend, checkTransaction, coinsSpentBy, isFinal } from './check-transaction.js'
import type { Coin, CoinView } from './coins.js'
import type { PolicyLists } from './lists.js'
import type { ChainParameters } from './parameters.js'
import { checkIssuance, checkLists, type PolicyRules } from './policy.js'
import { firstRefusal, invalid, nonStandard, type Refusal } from './refusal.js'

export interface AcceptanceQuestion {
  readonly transaction: Transaction
  /** Coins of the chain with those of the mempool over them. */
  readonly view: CoinView
  readonly lists: PolicyLists
  readonly rules: PolicyRules
  readonly parameters: ChainParameters
  /** Of the next block. */
  readonly height: number
  readonly medianTime: number
  /** As `testmempoolaccept` asks: what the lists say is left out, what issuing needs is not. */
  readonly skipsLists?: boolean
}

export type Acceptance =
  | { readonly verdict: 'accepted'; readonly coins: readonly Coin[] }
  | { readonly verdict: 'refused'; readonly refusal: Refusal }
  /** An input is unknown: it may come, or was spent long ago. */
  | { readonly verdict: 'missing-inputs' }

/** Whether a node takes a transaction into its mempool, whatever else is in there. In the node's order. */
export const acceptTransaction = (question: AcceptanceQuestion): Acceptance => {
  const { transaction, view, height, medianTime } = question
  const early = firstRefusal(
    () => checkTransaction(transaction),
    () => (isCoinbase(transaction) ? invalid('coinbase') : undefined),
    () => (isFinal(transaction, height, medianTime) ? undefined : nonStandard('non-final')),
  )
  if (early) return { verdict: 'refused', refusal: early }
  const coins = coinsSpentBy(transaction, view)
  if (!coins) return { verdict: 'missing-inputs' }
  const refusal = firstRefusal(
    () => checkIssuance({ ...question, coins }),
    () => (question.skipsLists ? undefined : checkLists({ ...question, coins })),
    () => checkSpend(transaction, coins, height),
    () => checkScripts(transaction, coins, STANDARD_FLAGS),
  )
  return refusal ? { verdict: 'refused', refusal } : { verdict: 'accepted', coins }
}
