import {
  acceptTransaction,
  type ChainParameters,
  type Coin,
  coinKey,
  type CoinView,
  feesOf,
  isUnspendable,
  type PolicyLists,
  type PolicyRules,
  REJECT,
  type Refusal,
} from '../chain/index.js'
import { type OutPoint, type Transaction, transactionId, transactionSize } from '../codec/index.js'

/** A transaction that waits for a block. */
export interface Waiting {
  readonly transaction: Transaction
  readonly txid: string
  /** Seconds. */
  readonly time: number
  /** Of the chain when it came. */
  readonly height: number
  readonly size: number
  /** Summed over all assets, as a real node counts it. */
  readonly fee: bigint
}

export interface MempoolRules {
  readonly rules: PolicyRules
  readonly fixedFee: bigint | undefined
  readonly maxBytes: number
}

export interface Surroundings {
  readonly height: number
  readonly medianTime: number
  readonly now: number
  readonly allowsHighFees: boolean
}

export type Verdict =
  | { readonly verdict: 'accepted'; readonly waiting: Waiting }
  | { readonly verdict: 'refused'; readonly refusal: Refusal }
  | { readonly verdict: 'missing-inputs' }

const HIGHEST_FEE = 10_000_000n

export const feeSum = (transaction: Transaction): bigint =>
  [...feesOf(transaction).values()].reduce((sum, fee) => sum + fee, 0n)

const refused = (code: number, reason: string): Verdict => ({ verdict: 'refused', refusal: { code, reason } })

/** Transactions that wait, over the coins of the chain. First come, first kept: nothing is replaced. */
export class Mempool implements CoinView {
  readonly #waiting = new Map<string, Waiting>()
  readonly #spentBy = new Map<string, string>()
  #bytes = 0

  constructor(
    private readonly chain: CoinView,
    private readonly lists: PolicyLists,
    private readonly parameters: ChainParameters,
    private readonly options: MempoolRules,
  ) {}

  get all(): readonly Waiting[] {
    return [...this.#waiting.values()]
  }

  get(txid: string): Waiting | undefined {
    return this.#waiting.get(txid)
  }

  spender(outPoint: OutPoint): string | undefined {
    return this.#spentBy.get(coinKey(outPoint))
  }

  coin(outPoint: OutPoint): Coin | undefined {
    if (this.spender(outPoint) !== undefined) return undefined
    const entry = this.#waiting.get(outPoint.txid)
    const output = entry?.transaction.outputs[outPoint.index]
    if (entry && output && !isUnspendable(output)) {
      return { output, height: entry.height + 1, isCoinbase: false }
    }
    return this.chain.coin(outPoint)
  }

  judge(transaction: Transaction, around: Surroundings, skipsLists = false): Verdict {
    const txid = transactionId(transaction)
    if (this.#waiting.has(txid)) return refused(REJECT.alreadyKnown, 'txn-already-in-mempool')
    if (this.#isMined(transaction, txid)) return refused(REJECT.alreadyKnown, 'txn-already-known')
    if (transaction.inputs.some(({ previous }) => this.spender(previous) !== undefined)) {
      return refused(REJECT.insufficientFee, 'insufficient fee')
    }
    const { height, medianTime } = around
    const { lists, parameters } = this
    const acceptance = acceptTransaction({
      transaction,
      view: this,
      lists,
      rules: this.options.rules,
      parameters,
      height: height + 1,
      medianTime,
      skipsLists,
    })
    if (
      acceptance.verdict === 'missing-inputs' &&
      transaction.inputs.some(({ previous }) => this.#hasSiblings(previous))
    ) {
      return refused(REJECT.duplicate, 'bad-txns-inputs-spent')
    }
    if (acceptance.verdict !== 'accepted') return acceptance
    return this.#judgeFee({ transaction, txid, time: around.now, height, ...sizeAndFee(transaction) }, around)
  }

  /** As far as its unspent outputs tell. */
  #isMined({ outputs }: Transaction, txid: string): boolean {
    return outputs.some((_, index) => this.chain.coin({ txid, index }) !== undefined)
  }

  #judgeFee(waiting: Waiting, { allowsHighFees }: Surroundings): Verdict {
    const { fixedFee, maxBytes } = this.options
    if (fixedFee !== undefined && waiting.fee !== fixedFee) {
      return refused(REJECT.insufficientFee, 'incorrect transaction fee')
    }
    if (!allowsHighFees && waiting.fee > HIGHEST_FEE) return refused(REJECT.highFee, 'absurdly-high-fee')
    if (this.#bytes + waiting.size > maxBytes) return refused(REJECT.insufficientFee, 'mempool full')
    return { verdict: 'accepted', waiting }
  }

  /** A coin of that transaction is still there: so the one asked for was spent. */
  #hasSiblings({ txid, index }: OutPoint): boolean {
    if (this.#waiting.has(txid)) return true
    for (let other = 0; other < 256; other++) {
      if (other !== index && this.chain.coin({ txid, index: other })) {
        return this.chain.coin({ txid, index }) === undefined
      }
    }
    return false
  }

  add(waiting: Waiting): void {
    this.#waiting.set(waiting.txid, waiting)
    this.#bytes += waiting.size
    for (const { previous } of waiting.transaction.inputs) this.#spentBy.set(coinKey(previous), waiting.txid)
  }

  /** Drops what a block mined, and what can now never be mined, with all that builds on it. */
  settle(mined: readonly Transaction[]): void {
    const minedIds = new Set(mined.map(transactionId))
    const conflicting = mined
      .flatMap(({ inputs }) => inputs.map(({ previous }) => this.spender(previous)))
      .filter((txid): txid is string => txid !== undefined && !minedIds.has(txid))
    for (const txid of minedIds) this.#drop(txid)
    for (const txid of conflicting) this.#dropWithChildren(txid)
  }

  #dropWithChildren(txid: string): void {
    const queue = [txid]
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const parent = next
      queue.push(...childrenOf(this.all, parent))
      this.#drop(parent)
    }
  }

  #drop(txid: string): void {
    const waiting = this.#waiting.get(txid)
    if (!waiting) return
    this.#waiting.delete(txid)
    this.#bytes -= waiting.size
    for (const { previous } of waiting.transaction.inputs) this.#spentBy.delete(coinKey(previous))
  }
}

const sizeAndFee = (transaction: Transaction) => ({
  size: transactionSize(transaction).virtualSize,
  fee: feeSum(transaction),
})

const childrenOf = (all: readonly Waiting[], parent: string): string[] =>
  all
    .filter(({ transaction }) => transaction.inputs.some(({ previous }) => previous.txid === parent))
    .map(({ txid }) => txid)
