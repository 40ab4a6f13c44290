import { hash } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { CodedError, utf8 } from '../../util/index.js'
import { type WalletRecord, walletRecord } from './records.js'

/**
 * The wallet on disk: lines of a checksum and a record, only ever added to. What is synced survives any end of the
 * process; a last line without its end was never answered for and is cut off. Nobody but the owner may read it.
 */
export interface Journal {
  /** One write; durable when it returns, if so wanted. @throws CodedError `ocean-wallet-unwritable` */
  append(records: readonly WalletRecord[], durability: 'synced' | 'lazy'): void
  close(): void
}

export interface OpenedJournal {
  readonly journal: Journal
  readonly records: readonly WalletRecord[]
}

const CHECKSUM_DIGITS = 16
const OWNER_ONLY = 0o600

const checksumOf = (text: string): string => hash('sha256', text, 'hex').slice(0, CHECKSUM_DIGITS)

const lineOf = (record: WalletRecord): string => {
  const text = JSON.stringify(record)
  return `${checksumOf(text)} ${text}\n`
}

const corrupted = (line: number): CodedError =>
  new CodedError('ocean-wallet-corrupted', `line ${line} of the wallet is damaged`, { line })

const recordIn = (line: string, number: number): WalletRecord => {
  const text = line.slice(CHECKSUM_DIGITS + 1)
  if (line.slice(0, CHECKSUM_DIGITS) !== checksumOf(text)) throw corrupted(number)
  const parsed = walletRecord.safeParse(jsonIn(text))
  if (!parsed.success) throw corrupted(number)
  return parsed.data
}

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** @throws CodedError `ocean-wallet-corrupted`, `ocean-wallet-unwritable` */
export const openJournal = (path: string): OpenedJournal => {
  const descriptor = open(path)
  try {
    const text = readFileSync(path, 'utf8')
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    const records = whole
      .split('\n')
      .slice(0, -1)
      .map((line, index) => recordIn(line, index + 1))
    const size = utf8(whole).length
    ftruncateSync(descriptor, size)
    return { journal: new FileJournal(descriptor, size), records }
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

const open = (path: string): number => {
  try {
    const descriptor = openSync(path, 'a', OWNER_ONLY)
    chmodSync(path, OWNER_ONLY)
    syncDirectory(dirname(path))
    return descriptor
  } catch (cause) {
    throw unwritable(cause)
  }
}

/** So that a new file is still there after a loss of power. */
const syncDirectory = (path: string): void => {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

const unwritable = (cause: unknown): CodedError =>
  new CodedError('ocean-wallet-unwritable', 'the wallet cannot be written', {}, { cause })

class FileJournal implements Journal {
  #isBroken = false

  constructor(
    private readonly descriptor: number,
    private size: number,
  ) {}

  append(records: readonly WalletRecord[], durability: 'synced' | 'lazy'): void {
    if (records.length === 0) return
    if (this.#isBroken) throw unwritable('an earlier write failed halfway')
    const bytes = utf8(records.map(lineOf).join(''))
    try {
      for (let written = 0; written < bytes.length;) {
        written += writeSync(this.descriptor, bytes, written)
      }
      if (durability === 'synced') fdatasyncSync(this.descriptor)
      this.size += bytes.length
    } catch (cause) {
      this.#undo()
      throw unwritable(cause)
    }
  }

  /** A line that is half there must not be followed by another. */
  #undo(): void {
    try {
      ftruncateSync(this.descriptor, this.size)
    } catch {
      this.#isBroken = true
    }
  }

  close(): void {
    closeSync(this.descriptor)
  }
}
