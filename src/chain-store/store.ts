import { ClassicLevel } from 'classic-level'
import type { Hash, LaneAdvance } from '../feeds/index.js'
import { assert, ByteReader, CodedError, concat, fromHex, u32, u64, utf8 } from '../util/index.js'
import {
  packTransactions,
  type StoredCertificate,
  type StoredHeader,
  type StoredTransaction,
  unpackTransactionAt,
  unpackTransactions,
} from './records.js'

/**
 * What the chain did, on disk, for answering clients: an index that can be thrown away, since replaying the feeds
 * writes it again. Each block is one atomic batch. Writing what is there already changes nothing, so a replay after
 * a crash fills in exactly what the crash took. Nothing of the past is kept in memory.
 */
export interface ChainStore {
  /** Highest block stored; 0 before the first. Blocks 1 to this one are all here. */
  readonly latestHeight: number
  /** Highest height whose sealed certificate is stored; 0 before the first. */
  readonly sealedHeight: number
  /** Last sequence of a lane that a stored block executed; 0 if none did. */
  executedSequence(lane: number): number
  /** Returns false if the height was stored before. @throws CodedError `block-gap` unless it is the next one. */
  putBlock(block: NewBlock): Promise<boolean>
  /** Returns false if one was stored before. */
  putSealed(certificate: StoredCertificate): Promise<boolean>
  header(height: number): Promise<StoredHeader | undefined>
  committed(height: number): Promise<StoredCertificate | undefined>
  sealed(height: number): Promise<StoredCertificate | undefined>
  /** In block order; empty for an unknown height. */
  transactions(height: number): Promise<readonly StoredTransaction[]>
  transactionAt(height: number, position: number): Promise<StoredTransaction | undefined>
  /** Where a transaction stands for the first time; later copies are failures of their own (section 3). */
  find(hash: Hash): Promise<BlockPosition | undefined>
  close(): Promise<void>
}

export interface NewBlock {
  readonly header: StoredHeader
  readonly committed: StoredCertificate
  readonly transactions: readonly StoredTransaction[]
  /** Lanes that the block advanced. */
  readonly cut: readonly LaneAdvance[]
}

export interface BlockPosition {
  readonly height: number
  readonly position: number
}

/** What the first record says: a directory serves one chain and one layout. */
interface Format {
  readonly version: 1
  readonly chainId: Hash
}

/** The one record that changes; written in the batch of the block it speaks of. */
interface Progress {
  readonly latestHeight: number
  readonly executed: readonly number[]
}

const KEYS = {
  format: 'format',
  progress: 'progress',
  sealedHeight: 'sealed-height',
  header: (height: number) => `header/${padded(height)}`,
  committed: (height: number) => `committed/${padded(height)}`,
  sealed: (height: number) => `sealed/${padded(height)}`,
  transactions: (height: number) => `transactions/${padded(height)}`,
}

const padded = (height: number): string => String(height).padStart(16, '0')

/** Transaction hashes are keyed by tag and raw bytes: they are most of the store. */
const hashKey = (hash: Hash): Uint8Array => concat(utf8('#'), fromHex(hash, 32))

const JSON_VALUE = { valueEncoding: 'json' } as const
const BYTES_VALUE = { valueEncoding: 'view' } as const
const BYTES = { keyEncoding: 'view', valueEncoding: 'view' } as const

type Database = ClassicLevel<string, unknown>

/**
 * Opens or creates the store in `directory`.
 * @throws CodedError `chain-store-unavailable` if it cannot be opened (another process holds it, or it is damaged),
 * `chain-store-foreign` if it belongs to another chain or layout.
 */
export const openChainStore = async (directory: string, chainId: Hash): Promise<ChainStore> => {
  const database: Database = new ClassicLevel(directory, JSON_VALUE)
  try {
    await database.open()
  } catch (cause) {
    throw new CodedError(
      'chain-store-unavailable',
      'the block store cannot be opened',
      { directory },
      { cause },
    )
  }
  const format = (await database.get(KEYS.format)) as Format | undefined
  if (format === undefined) await database.put(KEYS.format, { version: 1, chainId } satisfies Format)
  else if (format.version !== 1 || format.chainId !== chainId) {
    await database.close()
    throw new CodedError('chain-store-foreign', 'the block store belongs to another chain', { directory })
  }
  const progress = ((await database.get(KEYS.progress)) as Progress | undefined) ?? {
    latestHeight: 0,
    executed: [],
  }
  return new LevelChainStore(database, progress, Number((await database.get(KEYS.sealedHeight)) ?? 0))
}

class LevelChainStore implements ChainStore {
  constructor(
    private readonly database: Database,
    private progress: Progress,
    public sealedHeight: number,
  ) {}

  get latestHeight(): number {
    return this.progress.latestHeight
  }

  executedSequence(lane: number): number {
    return this.progress.executed[lane] ?? 0
  }

  async putBlock({ header, committed, transactions, cut }: NewBlock): Promise<boolean> {
    const { height } = header
    if (height <= this.latestHeight) return false
    if (height !== this.latestHeight + 1) {
      throw new CodedError('block-gap', 'blocks are stored one after the other', {
        height,
        latestHeight: this.latestHeight,
      })
    }
    assert(transactions.length === header.txCount, 'a block is stored with all of its transactions')
    const progress = { latestHeight: height, executed: advanced(this.progress.executed, cut) }
    const places = await this.#firstPlaces(transactions)
    const batch = this.database
      .batch()
      .put(KEYS.header(height), header)
      .put(KEYS.committed(height), committed)
      .put<string, Uint8Array>(KEYS.transactions(height), packTransactions(transactions), BYTES_VALUE)
      .put(KEYS.progress, progress)
    for (const [hash, position] of places) {
      batch.put<Uint8Array, Uint8Array>(hashKey(hash), concat(u64(height), u32(position)), BYTES)
    }
    await batch.write()
    this.progress = progress
    return true
  }

  /** Places of those transactions that no earlier block, and no earlier position of this one, holds. */
  async #firstPlaces(transactions: readonly StoredTransaction[]): Promise<Map<Hash, number>> {
    const places = new Map<Hash, number>()
    transactions.forEach(({ hash }, position) => {
      if (!places.has(hash)) places.set(hash, position)
    })
    const hashes = [...places.keys()]
    const known = await this.database.getMany<Uint8Array, Uint8Array>(hashes.map(hashKey), BYTES)
    hashes.forEach((hash, index) => {
      if (known[index] !== undefined) places.delete(hash)
    })
    return places
  }

  async putSealed(certificate: StoredCertificate): Promise<boolean> {
    const { height } = certificate.body
    if ((await this.sealed(height)) !== undefined) return false
    const sealedHeight = Math.max(this.sealedHeight, height)
    const batch = this.database.batch().put(KEYS.sealed(height), certificate)
    await batch.put(KEYS.sealedHeight, sealedHeight).write()
    this.sealedHeight = sealedHeight
    return true
  }

  async header(height: number): Promise<StoredHeader | undefined> {
    return (await this.database.get(KEYS.header(height))) as StoredHeader | undefined
  }

  async committed(height: number): Promise<StoredCertificate | undefined> {
    return (await this.database.get(KEYS.committed(height))) as StoredCertificate | undefined
  }

  async sealed(height: number): Promise<StoredCertificate | undefined> {
    return (await this.database.get(KEYS.sealed(height))) as StoredCertificate | undefined
  }

  async transactions(height: number): Promise<readonly StoredTransaction[]> {
    return unpackTransactions((await this.#packed(height)) ?? new Uint8Array(0))
  }

  async transactionAt(height: number, position: number): Promise<StoredTransaction | undefined> {
    const packed = await this.#packed(height)
    return packed && unpackTransactionAt(packed, position)
  }

  #packed(height: number): Promise<Uint8Array | undefined> {
    return this.database.get<string, Uint8Array>(KEYS.transactions(height), BYTES_VALUE)
  }

  async find(hash: Hash): Promise<BlockPosition | undefined> {
    const place = await this.database.get<Uint8Array, Uint8Array>(hashKey(hash), BYTES)
    if (place === undefined) return undefined
    const reader = new ByteReader(place)
    return { height: Number(reader.u64()), position: reader.u32() }
  }

  close(): Promise<void> {
    return this.database.close()
  }
}

const advanced = (executed: readonly number[], cut: readonly LaneAdvance[]): number[] => {
  const next = [...executed]
  for (const { lane, sequence } of cut) {
    while (next.length <= lane) next.push(0)
    next[lane] = sequence
  }
  return next
}
