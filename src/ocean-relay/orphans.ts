/** A transaction that spends what is not known yet. */
export interface Orphan<T> {
  readonly txid: string
  /** Transactions that it spends from. */
  readonly parents: readonly string[]
  readonly value: T
}

/**
 * Transactions of one feed may arrive before those of another that they build on. They wait here, as many as fit; the
 * oldest goes first, and if it is any good, a block will bring it.
 */
export class Orphans<T> {
  readonly #waiting = new Map<string, Orphan<T>>()
  readonly #byParent = new Map<string, Set<string>>()

  constructor(private readonly most: number) {}

  get size(): number {
    return this.#waiting.size
  }

  add(orphan: Orphan<T>): void {
    this.drop(orphan.txid)
    this.#waiting.set(orphan.txid, orphan)
    for (const parent of orphan.parents) {
      const children = this.#byParent.get(parent) ?? new Set()
      this.#byParent.set(parent, children.add(orphan.txid))
    }
    const [oldest] = this.#waiting.keys()
    if (this.#waiting.size > this.most && oldest !== undefined) this.drop(oldest)
  }

  /** Takes out those that spend from this transaction, which is known now. */
  childrenOf(parent: string): readonly T[] {
    const found = [...(this.#byParent.get(parent) ?? [])].flatMap((txid) => this.#waiting.get(txid) ?? [])
    for (const { txid } of found) this.drop(txid)
    return found.map(({ value }) => value)
  }

  drop(txid: string): void {
    for (const parent of this.#waiting.get(txid)?.parents ?? []) {
      const children = this.#byParent.get(parent)
      children?.delete(txid)
      if (children?.size === 0) this.#byParent.delete(parent)
    }
    this.#waiting.delete(txid)
  }
}
