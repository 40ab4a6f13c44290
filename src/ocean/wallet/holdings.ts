import { COINBASE_MATURITY } from '../chain/index.js'
import { bytesOfId, isCoinbase, isExplicit, isFee } from '../codec/index.js'
import type { Ledger, OwnedOutput, WalletTransaction } from './ledger.js'

/** What the wallet holds, seen against chain and mempool. */

/** What of a node a wallet looks at. */
export interface Surroundings {
  readonly chain: { readonly height: number }
  readonly mempool: { get(txid: string): unknown }
}

/** Satoshis by asset id, in the order in which a real node keeps assets: by their bytes. */
export type Amounts = ReadonlyMap<string, bigint>

/** Ids are printed backwards, so their order is that of their bytes. */
export const byBytes = (left: string, right: string): number =>
  Buffer.compare(bytesOfId(left), bytesOfId(right))

export const sortedAmounts = (amounts: Amounts): Amounts =>
  new Map([...amounts].filter(([, sum]) => sum !== 0n).sort(([a], [b]) => byBytes(a, b)))

export class Totals {
  readonly #sums = new Map<string, bigint>()

  add(asset: string, value: bigint): void {
    this.#sums.set(asset, (this.#sums.get(asset) ?? 0n) + value)
  }

  get amounts(): Amounts {
    return sortedAmounts(this.#sums)
  }
}

export class Holdings {
  constructor(
    private readonly ledger: Ledger,
    private readonly around: Surroundings,
  ) {}

  /** Blocks above it and its own; 0 for one that waits, below 0 for one that a mined rival made impossible. */
  depthOf(entry: WalletTransaction): number {
    const { height } = this.around.chain
    if (entry.place) return height - entry.place.height + 1
    const conflict = this.ledger.conflictHeight(entry)
    return conflict === undefined ? 0 : -(height - conflict + 1)
  }

  isWaiting({ txid }: WalletTransaction): boolean {
    return this.around.mempool.get(txid) !== undefined
  }

  /** Mined, or waiting and made by this wallet alone. */
  isTrusted(entry: WalletTransaction): boolean {
    const depth = this.depthOf(entry)
    if (depth !== 0) return depth > 0
    return this.isWaiting(entry) && entry.transaction.inputs.every(({ previous }) => this.#isOwn(previous))
  }

  #isOwn(outPoint: OwnedOutput['outPoint']): boolean {
    return this.ledger.ownedAt(outPoint)?.ownership === 'spendable'
  }

  #isMature(entry: WalletTransaction): boolean {
    if (!isCoinbase(entry.transaction) || entry.place?.height === 0) return true
    return this.depthOf(entry) > COINBASE_MATURITY
  }

  /** All outputs that nobody has spent, by the bytes of their txids, as a real wallet keeps them. */
  unspent(): readonly OwnedOutput[] {
    return this.#live()
      .filter((entry) => this.#isMature(entry))
      .flatMap((entry) => this.#unspentOf(entry))
  }

  #live(): readonly WalletTransaction[] {
    return this.ledger.all
      .filter((entry) => !entry.isAbandoned && (entry.place !== undefined || this.isWaiting(entry)))
      .sort((a, b) => byBytes(a.txid, b.txid))
  }

  #unspentOf(entry: WalletTransaction): readonly OwnedOutput[] {
    return this.ledger.ownedOf(entry).filter(({ outPoint }) => !this.ledger.isSpent(outPoint))
  }

  /** Of mined transactions, and of waiting ones that are this wallet's own. */
  balance(withWatched = false, leastDepth = 0): Amounts {
    return this.#sum(
      this.unspent().filter(({ entry }) => this.isTrusted(entry) && this.depthOf(entry) >= leastDepth),
      withWatched,
    )
  }

  unconfirmed(): Amounts {
    return this.#sum(
      this.unspent().filter(({ entry }) => !this.isTrusted(entry)),
      false,
    )
  }

  immature(): Amounts {
    const young = this.#live().filter((entry) => !this.#isMature(entry))
    return this.#sum(
      young.flatMap((entry) => this.#unspentOf(entry)),
      false,
    )
  }

  #sum(outputs: readonly OwnedOutput[], withWatched: boolean): Amounts {
    const totals = new Totals()
    for (const { output, ownership } of outputs) {
      if (!isExplicit(output) || (ownership === 'watched' && !withWatched)) continue
      totals.add(output.asset, output.value)
    }
    return totals.amounts
  }

  /** What a transaction took from the wallet and gave to it. */
  flowOf({ txid, transaction }: WalletTransaction, withWatched: boolean) {
    const counts = (owned: OwnedOutput | undefined): OwnedOutput[] =>
      owned && (withWatched || owned.ownership === 'spendable') ? [owned] : []
    const spent = transaction.inputs.flatMap(({ previous }) => counts(this.ledger.ownedAt(previous)))
    const gained = transaction.outputs.flatMap((_, index) => counts(this.ledger.ownedAt({ txid, index })))
    const net = new Totals()
    for (const { output } of gained) if (isExplicit(output)) net.add(output.asset, output.value)
    for (const { output } of spent) if (isExplicit(output)) net.add(output.asset, -output.value)
    const isSent = spent.length > 0
    const fees = transaction.outputs.filter(isFee).filter(isExplicit)
    if (isSent) for (const { asset, value } of fees) net.add(asset, value)
    return { isSent, net: net.amounts, fee: fees.reduce((sum, { value }) => sum + value, 0n) }
  }
}
