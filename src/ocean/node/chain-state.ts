import {
  type BlockContext,
  type ChainParameters,
  type Coin,
  CoinMap,
  type CoinView,
  coinKey,
  coinsSpentBy,
  type DestinationKey,
  type ListChange,
  listChangesOf,
  listChangesOfCoin,
  medianTimeOf,
  PolicyLists,
} from '../chain/index.js'
import {
  type Block,
  blockHash,
  type BlockHeader,
  decodeBlock,
  decodeHeader,
  isCoinbase,
  type OutPoint,
  type Transaction,
  transactionId,
} from '../codec/index.js'
import { decodeCoin } from './storage/records.js'
import { corrupted, type Store, sumOfRecords } from './storage/store.js'

/** A block of the chain, as far as it is kept in memory. */
export interface Entry {
  readonly hash: string
  readonly header: BlockHeader
}

/** The chain as it stands: headers, coins and lists in memory, blocks in the store. */
export class ChainState implements CoinView {
  readonly #entries: Entry[] = []
  readonly #heights = new Map<string, number>()
  readonly coins = new CoinMap()
  readonly lists = new PolicyLists()

  constructor(
    readonly store: Store,
    readonly parameters: ChainParameters,
    /** Lists that follow the chain: those that the node enforces. */
    private readonly followed: ReadonlySet<ListChange['list']>,
  ) {}

  get height(): number {
    return this.#entries.length - 1
  }

  get tip(): Entry {
    const tip = this.#entries.at(-1)
    if (!tip) throw corrupted('it has no first block')
    return tip
  }

  entryAt(height: number): Entry | undefined {
    return this.#entries[height]
  }

  heightOf(hash: string): number | undefined {
    return this.#heights.get(hash)
  }

  coin(outPoint: OutPoint): Coin | undefined {
    return this.coins.coin(outPoint)
  }

  medianTimeAt(height: number): number {
    return medianTimeOf(
      this.#entries.slice(Math.max(0, height - 10), height + 1).map(({ header }) => header.time),
    )
  }

  /** @param now seconds */
  nextContext(now: number): BlockContext {
    const { hash } = this.tip
    const height = this.height + 1
    return {
      parameters: this.parameters,
      previousHash: hash,
      height,
      medianTime: this.medianTimeAt(height - 1),
      now,
    }
  }

  /** @throws CodedError `ocean-store-corrupted` */
  blockAt(height: number): Block | undefined {
    const entry = this.entryAt(height)
    const bytes = entry && this.store.block(entry.hash)
    if (!bytes) return undefined
    try {
      return decodeBlock(bytes)
    } catch (cause) {
      throw corrupted(`block ${height} is unreadable`, cause)
    }
  }

  /** A mined transaction and the height of its block. */
  mined(txid: string): { readonly transaction: Transaction; readonly height: number } | undefined {
    const height = this.store.heightOfTransaction(txid)
    if (height === undefined) return undefined
    const found = this.blockAt(height)?.transactions.find(
      (transaction) => transactionId(transaction) === txid,
    )
    return found && { transaction: found, height }
  }

  /** Makes a block durable, and only then part of the state. The block was checked. */
  async append(block: Block, changes: Parameters<CoinMap['apply']>[0]): Promise<void> {
    const listChanges = this.#listChangesIn(block)
    await this.store.append({ block, changes, listed: registrationsIn(listChanges) })
    this.coins.apply(changes)
    this.lists.apply(listChanges.filter(({ list }) => this.followed.has(list)))
    this.#push(block.header)
  }

  #push(header: BlockHeader): void {
    const hash = blockHash(header)
    this.#heights.set(hash, this.#entries.length)
    this.#entries.push({ hash, header })
  }

  #listChangesIn({ transactions }: Block): readonly ListChange[] {
    const made = new Map<string, Coin>()
    const view = { coin: (outPoint: OutPoint) => made.get(coinKey(outPoint)) ?? this.coins.coin(outPoint) }
    return transactions.flatMap((transaction) => {
      const coins = isCoinbase(transaction) ? [] : (coinsSpentBy(transaction, view) ?? [])
      const txid = transactionId(transaction)
      transaction.outputs.forEach((output, index) =>
        made.set(coinKey({ txid, index }), { output, height: 0, isCoinbase: false }),
      )
      return listChangesOf(transaction, coins, this.parameters)
    })
  }

  /** Everything back from the disk. @throws CodedError `ocean-store-corrupted` */
  async load(): Promise<void> {
    await this.#loadHeaders()
    await this.#loadCoins()
    for await (const [address] of this.store.records('listed')) {
      if (this.followed.has('whitelist')) this.lists.whitelist.add(address as DestinationKey, 'chain')
    }
  }

  async #loadHeaders(): Promise<void> {
    for await (const [name, bytes] of this.store.records('header')) {
      const header = readRecord(() => decodeHeader(bytes))
      const previous = this.#entries.at(-1)
      const follows = !previous || header.previousHash === previous.hash
      if (!follows || parseInt(name, 16) !== this.#entries.length) throw corrupted('a block is missing')
      this.#push(header)
    }
    if (this.#entries.at(-1)?.hash !== this.store.tip?.hash || !this.store.block(this.tip.hash)) {
      throw corrupted('its newest block is missing')
    }
  }

  async #loadCoins(): Promise<void> {
    const records: (readonly [string, Uint8Array])[] = []
    for await (const record of this.store.records('coin')) records.push(record)
    if (sumOfRecords(records) !== this.store.tip?.coinSum)
      throw corrupted('its coins are not those of its newest block')
    for (const [key, bytes] of records) {
      const coin = readRecord(() => decodeCoin(bytes))
      const [txid = '', index = ''] = key.split(':')
      this.coins.apply([{ outPoint: { txid, index: Number(index) }, coin, previous: undefined }])
      const changes = listChangesOfCoin(coin.output, key, this.parameters)
      this.lists.apply(changes.filter(({ list }) => this.followed.has(list)))
    }
  }
}

const readRecord = <T>(read: () => T): T => {
  try {
    return read()
  } catch (cause) {
    throw corrupted('a record is unreadable', cause)
  }
}

const registrationsIn = (changes: readonly ListChange[]): ReadonlyMap<string, boolean> =>
  new Map(
    changes
      .filter(({ list }) => list === 'whitelist')
      .map(({ address, action }) => [address, action === 'add'] as const),
  )
