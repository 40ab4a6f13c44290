import { type ChainParameters, coinKey } from '../chain/index.js'
import {
  bytesOfHex,
  decodeTransaction,
  isCoinbase,
  type OutPoint,
  type Transaction,
  transactionId,
  type TransactionOutput,
} from '../codec/index.js'
import type { KeyRing } from './key-ring.js'
import { type Ownership, ownershipOf } from './ownership.js'
import type { WalletRecord } from './records.js'

/** A transaction that pays the wallet or is paid by it. */
export interface WalletTransaction {
  readonly txid: string
  readonly transaction: Transaction
  /** Seconds: when it happened, and when the wallet heard of it. */
  readonly time: number
  readonly received: number
  readonly comment: string
  readonly to: string
  /** Where in the chain it stands. */
  place: { readonly height: number; readonly index: number } | undefined
  isAbandoned: boolean
}

/** An output of a wallet's transaction that the wallet has a say in. */
export interface OwnedOutput {
  readonly outPoint: OutPoint
  readonly output: TransactionOutput
  readonly entry: WalletTransaction
  readonly ownership: NonNullable<Ownership>
}

type Heard = Extract<WalletRecord, { kind: 'transaction' }>

/** All transactions of the wallet in the order in which it heard of them, and what they leave it. */
export class Ledger {
  readonly #entries = new Map<string, WalletTransaction>()
  readonly #spenders = new Map<string, Set<WalletTransaction>>()
  #latestTime = 0

  constructor(
    private readonly ring: KeyRing,
    readonly parameters: ChainParameters,
  ) {}

  get all(): readonly WalletTransaction[] {
    return [...this.#entries.values()]
  }

  get count(): number {
    return this.#entries.size
  }

  get(txid: string): WalletTransaction | undefined {
    return this.#entries.get(txid)
  }

  /** The newest time among all transactions; 0 if there are none. */
  get latestTime(): number {
    return this.#latestTime
  }

  apply(record: WalletRecord): void {
    if (record.kind === 'transaction') this.#add(record)
    if (record.kind === 'mined') this.#place(record.txid, record)
    if (record.kind === 'abandoned') {
      const entry = this.#entries.get(record.txid)
      if (entry) entry.isAbandoned = record.isAbandoned
    }
  }

  #add({ hex, time, received, comment, to }: Heard): void {
    const transaction = decodeTransaction(bytesOfHex(hex))
    const txid = transactionId(transaction)
    const entry = { txid, transaction, time, received, comment, to, place: undefined, isAbandoned: false }
    this.#entries.set(txid, entry)
    this.#latestTime = Math.max(this.#latestTime, time)
    if (isCoinbase(transaction)) return
    for (const { previous } of transaction.inputs) {
      const key = coinKey(previous)
      this.#spenders.set(key, (this.#spenders.get(key) ?? new Set()).add(entry))
    }
  }

  #place(txid: string, place: { height: number; index: number }): void {
    const entry = this.#entries.get(txid)
    if (!entry) return
    entry.place = { height: place.height, index: place.index }
    entry.isAbandoned = false
  }

  /** Whatever stood above the height waits for its block again. */
  forgetAbove(height: number): void {
    for (const entry of this.#entries.values()) {
      if (entry.place && entry.place.height > height) entry.place = undefined
    }
  }

  /** Whether the wallet has to do with it. */
  concerns({ inputs, outputs }: Transaction): boolean {
    return (
      outputs.some(({ script }) => ownershipOf(script, this.ring) !== undefined) ||
      inputs.some(({ previous }) => this.ownedAt(previous) !== undefined)
    )
  }

  ownedAt(outPoint: OutPoint): OwnedOutput | undefined {
    const entry = this.#entries.get(outPoint.txid)
    const output = entry?.transaction.outputs[outPoint.index]
    const ownership = output && ownershipOf(output.script, this.ring)
    return entry && output && ownership ? { outPoint, output, entry, ownership } : undefined
  }

  ownedOf(entry: WalletTransaction): readonly OwnedOutput[] {
    const { txid, transaction } = entry
    return transaction.outputs.flatMap((_, index) => this.ownedAt({ txid, index }) ?? [])
  }

  /** Others of the wallet's transactions that spend what this one spends. */
  rivalsOf(entry: WalletTransaction): readonly WalletTransaction[] {
    const rivals = entry.transaction.inputs.flatMap(({ previous }) => [...this.#spendersOf(previous)])
    return [...new Set(rivals)].filter((rival) => rival !== entry)
  }

  #spendersOf(outPoint: OutPoint): ReadonlySet<WalletTransaction> {
    return this.#spenders.get(coinKey(outPoint)) ?? new Set()
  }

  /** The height at which a rival was mined, so that this one never can be. */
  conflictHeight(entry: WalletTransaction): number | undefined {
    if (entry.place) return undefined
    return this.rivalsOf(entry).find(({ place }) => place)?.place?.height
  }

  isSpent(outPoint: OutPoint): boolean {
    return [...this.#spendersOf(outPoint)].some(
      (spender) => !spender.isAbandoned && this.conflictHeight(spender) === undefined,
    )
  }

  childrenOf({ txid, transaction }: WalletTransaction): readonly WalletTransaction[] {
    return transaction.outputs.flatMap((_, index) => [...this.#spendersOf({ txid, index })])
  }
}
