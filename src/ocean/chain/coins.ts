import {
  isCoinbase,
  type OutPoint,
  type Transaction,
  transactionId,
  type TransactionOutput,
} from '../codec/index.js'
import { OP } from '../script/index.js'

/** An output nobody has spent. */
export interface Coin {
  readonly output: TransactionOutput
  /** Of the block that made it. */
  readonly height: number
  readonly isCoinbase: boolean
}

/** Whatever knows unspent outputs: a store, a mempool over it, a map in a test. */
export interface CoinView {
  coin(outPoint: OutPoint): Coin | undefined
}

/** The key a coin stands under in maps and stores. */
export const coinKey = ({ txid, index }: OutPoint): string => `${txid}:${index}`

/** An output that no script can spend is never kept. */
export const isUnspendable = ({ script }: TransactionOutput): boolean =>
  script.length === 0 || script[0] === OP.RETURN || script.length > 10_000

export interface CoinChange {
  readonly outPoint: OutPoint
  /** Made, or undefined for one that was spent. */
  readonly coin: Coin | undefined
  /** What stood there before: what undoing puts back. */
  readonly previous: Coin | undefined
}

/** Changes over a view that stays as it is. */
export class CoinOverlay implements CoinView {
  readonly #changes = new Map<string, CoinChange>()

  constructor(private readonly below: CoinView) {}

  coin(outPoint: OutPoint): Coin | undefined {
    const change = this.#changes.get(coinKey(outPoint))
    return change ? change.coin : this.below.coin(outPoint)
  }

  /** Spends the inputs and makes the outputs; the transaction was checked before. */
  apply(transaction: Transaction, height: number, txid = transactionId(transaction)): void {
    const fromNothing = isCoinbase(transaction)
    if (!fromNothing) for (const { previous } of transaction.inputs) this.#set(previous, undefined)
    transaction.outputs.forEach((output, index) => {
      if (!isUnspendable(output)) this.#set({ txid, index }, { output, height, isCoinbase: fromNothing })
    })
  }

  /** Net changes: coins made and spent within are left out. */
  changes(): CoinChange[] {
    return [...this.#changes.values()].filter(({ coin, previous }) => coin !== previous)
  }

  #set(outPoint: OutPoint, coin: Coin | undefined): void {
    const key = coinKey(outPoint)
    const earlier = this.#changes.get(key)
    const previous = earlier ? earlier.previous : this.below.coin(outPoint)
    this.#changes.set(key, { outPoint, coin, previous })
  }
}

/** Coins in memory. */
export class CoinMap implements CoinView {
  readonly #coins = new Map<string, { readonly outPoint: OutPoint; readonly coin: Coin }>()

  coin(outPoint: OutPoint): Coin | undefined {
    return this.#coins.get(coinKey(outPoint))?.coin
  }

  apply(changes: readonly CoinChange[]): void {
    for (const { outPoint, coin } of changes) {
      if (coin) this.#coins.set(coinKey(outPoint), { outPoint, coin })
      else this.#coins.delete(coinKey(outPoint))
    }
  }

  entries(): IterableIterator<{ readonly outPoint: OutPoint; readonly coin: Coin }> {
    return this.#coins.values()
  }
}
