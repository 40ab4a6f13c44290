import { randomInt } from 'node:crypto'
import { toHex } from '../../util/index.js'
import type { ChainParameters } from '../chain/index.js'
import { encodeTransaction, hash160, type Transaction, transactionId } from '../codec/index.js'
import { payToKeyHash } from '../script/index.js'
import type { Holdings } from './holdings.js'
import type { Journal } from './journal.js'
import type { KeyRing } from './key-ring.js'
import type { Ledger } from './ledger.js'
import type { WalletRecord } from './records.js'

/** Where a transaction stands in a block. */
export interface Place {
  readonly height: number
  readonly index: number
  /** Seconds, of the block. */
  readonly time: number
}

export interface Note {
  readonly comment: string
  readonly to: string
}

export interface WalletParts {
  readonly journal: Journal
  readonly ring: KeyRing
  readonly ledger: Ledger
  readonly holdings: Holdings
  /** Height up to which blocks were looked at. */
  readonly scanned: number
  /** How many unused keys it keeps. */
  readonly poolSize: number
  /** Seconds. */
  readonly now: () => number
}

const NOTHING_SAID: Note = { comment: '', to: '' }
/** How many blocks without a word for the wallet may be looked at again after a start. */
const SCANS_UNWRITTEN = 50

/**
 * Keys, labels and transactions, on disk before anybody is told. All changes go through `#write`: first the journal,
 * then the memory.
 */
export class Wallet {
  readonly ring: KeyRing
  readonly ledger: Ledger
  readonly holdings: Holdings
  #scanned: number
  #written: number

  constructor(private readonly parts: WalletParts) {
    this.ring = parts.ring
    this.ledger = parts.ledger
    this.holdings = parts.holdings
    this.#scanned = parts.scanned
    this.#written = parts.scanned
  }

  get parameters(): ChainParameters {
    return this.ledger.parameters
  }

  get scanned(): number {
    return this.#scanned
  }

  #write(records: readonly WalletRecord[], durability: 'synced' | 'lazy'): void {
    this.parts.journal.append(records, durability)
    for (const record of records) {
      this.ring.apply(record)
      this.ledger.apply(record)
    }
  }

  /** Keys ahead, as many as the pool holds and one that is about to be given out. */
  fillPool(): void {
    const missing = this.parts.poolSize + 1 - this.ring.pool.length
    if (missing > 0) this.#write([this.ring.derive(missing, this.parts.now())], 'synced')
  }

  /** A key nobody has seen; it is given out once only. */
  takeKey(): Uint8Array {
    const [taken, publicKey] = this.#nextKey(0)
    this.#write([taken], 'synced')
    return publicKey
  }

  #nextKey(position: number): readonly [WalletRecord, Uint8Array] {
    if (this.ring.pool.length <= position)
      this.#write([this.ring.derive(position + 1, this.parts.now())], 'lazy')
    const index = this.ring.pool[position] ?? 0
    const publicKey = this.ring.publicKeyAt(index)
    if (!publicKey) throw new Error(`the pool has no key ${index}`)
    return [{ kind: 'taken', index }, publicKey]
  }

  /** The scripts that change would go to; they stay in the pool until {@link commit}. */
  readonly changeScript = (position: number): Uint8Array => {
    const [, publicKey] = this.#nextKey(position)
    return payToKeyHash(hash160(publicKey))
  }

  setLabel(address: string, label: string): void {
    this.#write([{ kind: 'label', address, label }], 'synced')
  }

  importKey(secret: Uint8Array, isCompressed: boolean): void {
    this.#write([{ kind: 'private', secret: toHex(secret), isCompressed, time: 1 }], 'synced')
  }

  watch(script: Uint8Array): void {
    this.#write([{ kind: 'watched', script: toHex(script), time: 0 }], 'synced')
  }

  addRedeemScript(script: Uint8Array): void {
    this.#write([{ kind: 'redeem', script: toHex(script) }], 'synced')
  }

  /** Keeps a transaction of the wallet's own making, and the keys its change went to. */
  commit(transaction: Transaction, usedKeys: number, note: Note = NOTHING_SAID): void {
    const now = this.parts.now()
    const taken = Array.from({ length: usedKeys }, (_, position) => this.#nextKey(position)[0])
    this.#write([...taken, heardRecord(transaction, now, now, note)], 'synced')
  }

  /** A transaction waits for a block. */
  heard(transaction: Transaction): void {
    const txid = transactionId(transaction)
    const known = this.ledger.get(txid)
    if (known?.isAbandoned) this.#write([{ kind: 'abandoned', txid, isAbandoned: false }], 'lazy')
    if (known || !this.ledger.concerns(transaction)) return
    const now = this.parts.now()
    this.#write([heardRecord(transaction, now, now, NOTHING_SAID)], 'lazy')
  }

  /** A transaction stands in a block; it is looked at whether or not it was before. */
  mined(transaction: Transaction, place: Place): void {
    const txid = transactionId(transaction)
    const known = this.ledger.get(txid)
    if (known?.place || (!known && !this.ledger.concerns(transaction))) return
    const { height, index } = place
    const records: WalletRecord[] = known ? [] : [this.#minedRecord(transaction, place)]
    this.#write([...records, { kind: 'mined', txid, height, index }], 'lazy')
  }

  #minedRecord(transaction: Transaction, place: Place): WalletRecord {
    const now = this.parts.now()
    const time = Math.max(this.ledger.latestTime, Math.min(place.time, now))
    return heardRecord(transaction, time, now, NOTHING_SAID)
  }

  /** The block at this height was gone through. A gap stays one until the next start closes it. */
  blockSeen(height: number): void {
    if (height !== this.#scanned + 1) return
    this.#scanned = height
    if (this.#scanned - this.#written < SCANS_UNWRITTEN) return
    this.#write([{ kind: 'scanned', height: this.#scanned }], 'lazy')
    this.#written = this.#scanned
  }

  /** Frees what a transaction spends, and what its descendants do; false if it waits or is mined. */
  abandon(txid: string): boolean {
    const first = this.ledger.get(txid)
    if (!first || first.place || this.holdings.isWaiting(first)) return false
    const family = new Set([first])
    for (const member of family) for (const child of this.ledger.childrenOf(member)) family.add(child)
    const records = [...family]
      .filter(({ place }) => !place)
      .map((member): WalletRecord => ({ kind: 'abandoned', txid: member.txid, isAbandoned: true }))
    this.#write(records, 'synced')
    return true
  }

  /** Chance, for where change stands. */
  draw(limit: number): number {
    return randomInt(limit)
  }

  close(): void {
    if (this.#written !== this.#scanned) this.#write([{ kind: 'scanned', height: this.#scanned }], 'synced')
    this.parts.journal.close()
  }
}

const heardRecord = (transaction: Transaction, time: number, received: number, note: Note): WalletRecord => ({
  kind: 'transaction',
  hex: toHex(encodeTransaction(transaction)),
  time,
  received,
  ...note,
})
