import { coinKey, isRedemption } from '../chain/index.js'
import {
  type AssetIds,
  type Block,
  isExplicit,
  issuedBy,
  type OutPoint,
  type Transaction,
  transactionId,
} from '../codec/index.js'
import { OP } from '../script/index.js'

/** An output of a redemption: frozen from a height on, until it was spent for something else than a burn. */
export interface Frozen {
  readonly outPoint: OutPoint
  readonly asset: string
  readonly value: bigint
  readonly start: number
  /** 0 as long as it was not. */
  end: number
}

/**
 * What blocks tell about assets beyond the coins they leave. As in a real node it is in memory only: it begins with
 * the first block after a start, and a rescan brings all of it.
 */
export class AssetHistory {
  readonly #issued = new Map<string, AssetIds>()
  readonly #frozen = new Map<string, Frozen>()

  constructor(private readonly isKept: boolean) {}

  issued(asset: string): AssetIds | undefined {
    return this.#issued.get(asset)
  }

  get frozen(): readonly Frozen[] {
    return [...this.#frozen.values()]
  }

  add({ header, transactions }: Block): void {
    if (!this.isKept) return
    for (const transaction of transactions) {
      this.#addIssued(transaction)
      this.#thaw(transaction, header.height)
      if (isRedemption(transaction)) this.#freeze(transaction, header.height)
    }
  }

  #addIssued({ inputs }: Transaction): void {
    for (const input of inputs) {
      const ids = issuedBy(input)
      if (ids) this.#issued.set(ids.asset, ids)
    }
  }

  #thaw({ inputs, outputs }: Transaction, height: number): void {
    const isBurn = outputs.every(({ script, value }) => script[0] === OP.RETURN && value !== 0n)
    if (isBurn) return
    for (const { previous } of inputs) {
      const frozen = this.#frozen.get(coinKey(previous))
      if (frozen && frozen.end === 0) frozen.end = height
    }
  }

  #freeze(transaction: Transaction, start: number): void {
    const txid = transactionId(transaction)
    transaction.outputs.forEach((output, index) => {
      if (!isExplicit(output) || output.value === 0n) return
      const outPoint = { txid, index }
      const { asset, value } = output
      const end = this.#frozen.get(coinKey(outPoint))?.end ?? 0
      this.#frozen.set(coinKey(outPoint), { outPoint, asset, value, start, end })
    })
  }
}
