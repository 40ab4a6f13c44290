import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { CodedError, utf8 } from '../../../util/index.js'
import {
  type Coin,
  type CoinChange,
  coinKey,
  encodeForkProof,
  type ForkProof,
  type ProvenFork,
} from '../../chain/index.js'
import { type Block, blockHash, encodeBlock, encodeHeader, transactionId } from '../../codec/index.js'
import { addTerm, coinTerm, removeTerm } from './coin-sum.js'
import { encodeCoin, heightName, keyOf, type RecordKind, rangeOf } from './records.js'

/**
 * Blocks and coins of one chain in a LevelDB. A block with all that it changes is one synced batch, so that whenever
 * the process dies, the directory holds the state after some block.
 */
export interface Store {
  /** Undefined for a new directory. */
  readonly tip: Tip | undefined
  block(hash: string): Uint8Array | undefined
  heightOfTransaction(txid: string): number | undefined
  records(kind: RecordKind): AsyncIterable<readonly [string, Uint8Array]>
  append(step: Step): Promise<void>
  /** The proof of a fork, with the validly signed block that lost to another of its height. */
  putFork(fork: ProvenFork, proof: ForkProof, lost?: Block): Promise<void>
  close(): Promise<void>
}

export interface Tip {
  readonly version: 1
  readonly genesisHash: string
  readonly height: number
  readonly hash: string
  /** {@link coinTerm} of all coins, summed; hexadecimal. */
  readonly coinSum: string
}

export interface Step {
  readonly block: Block
  readonly changes: readonly CoinChange[]
  /** Whitelisted addresses by key: listed or not. */
  readonly listed: ReadonlyMap<string, boolean>
}

const TIP = 'tip'
const heldHere = new Set<string>()

type Database = ClassicLevel<string, Uint8Array>

/** @throws CodedError `ocean-directory-locked`, `ocean-store-corrupted`, `ocean-store-foreign`, `ocean-directory-unusable` */
export const openStore = async (directory: string, genesisHash: string): Promise<Store> => {
  const database = await open(directory)
  try {
    const tip = tipIn(await database.get(TIP))
    if (tip && tip.genesisHash !== genesisHash) {
      throw new CodedError('ocean-store-foreign', 'the directory holds another chain', { genesisHash })
    }
    return storeOn(database, tip, genesisHash, directory)
  } catch (error) {
    await database.close()
    heldHere.delete(await realpath(directory))
    throw error
  }
}

const open = async (directory: string): Promise<Database> => {
  const path = join(directory, 'chain')
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new CodedError('ocean-directory-unusable', `${directory} cannot be written`, {}, { cause })
  }
  const name = await realpath(directory)
  if (heldHere.has(name)) throw locked(directory)
  const database: Database = new ClassicLevel(path, { keyEncoding: 'utf8', valueEncoding: 'view' })
  try {
    await database.open()
  } catch (cause) {
    throw isLock(cause) ? locked(directory, cause) : corrupted('it cannot be opened', cause)
  }
  heldHere.add(name)
  return database
}

const isLock = (error: unknown): boolean =>
  error instanceof Error &&
  error.cause instanceof Error &&
  'code' in error.cause &&
  error.cause.code === 'LEVEL_LOCKED'

const locked = (directory: string, cause?: unknown): CodedError =>
  new CodedError('ocean-directory-locked', `another node is running on ${directory}`, {}, { cause })

export const corrupted = (why: string, cause?: unknown): CodedError =>
  new CodedError('ocean-store-corrupted', `the store of the chain is corrupted: ${why}`, {}, { cause })

const tipIn = (bytes: Uint8Array | undefined): Tip | undefined => {
  if (!bytes) return undefined
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as Tip
  } catch (cause) {
    throw corrupted('its newest block is unreadable', cause)
  }
}

type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: string }

const NOTHING = new Uint8Array(0)

const put = (key: string, value: Uint8Array): Operation => ({ type: 'put', key, value })

const change = (key: string, value: Uint8Array | undefined): Operation =>
  value ? put(key, value) : { type: 'del', key }

const summed = (sum: bigint, key: string, before: Coin | undefined, after: Coin | undefined): bigint => {
  const without = before ? removeTerm(sum, coinTerm(key, encodeCoin(before))) : sum
  return after ? addTerm(without, coinTerm(key, encodeCoin(after))) : without
}

const recordsOf = ({ block }: Step, hash: string): Operation[] => {
  const { header, transactions } = block
  const height = heightName(header.height)
  return [
    put(keyOf('block', hash), encodeBlock(block)),
    put(keyOf('header', height), encodeHeader(header)),
    ...transactions.map((transaction) => put(keyOf('transaction', transactionId(transaction)), utf8(height))),
  ]
}

const storeOn = (
  database: Database,
  first: Tip | undefined,
  genesisHash: string,
  directory: string,
): Store => {
  let tip = first
  return {
    get tip() {
      return tip
    },
    block: (hash) => database.getSync(keyOf('block', hash)),
    heightOfTransaction(txid) {
      const name = database.getSync(keyOf('transaction', txid))
      return name && parseInt(Buffer.from(name).toString('utf8'), 16)
    },
    async *records(kind) {
      try {
        for await (const [key, value] of database.iterator(rangeOf(kind))) yield [key.slice(2), value]
      } catch (cause) {
        throw corrupted('its records cannot be read', cause)
      }
    },
    async append(step) {
      const hash = blockHash(step.block.header)
      const operations = recordsOf(step, hash)
      let sum = BigInt(`0x${tip?.coinSum ?? '0'}`)
      for (const { outPoint, coin, previous } of step.changes) {
        const name = coinKey(outPoint)
        sum = summed(sum, name, previous, coin)
        operations.push(change(keyOf('coin', name), coin && encodeCoin(coin)))
      }
      for (const [address, isListed] of step.listed) {
        operations.push(change(keyOf('listed', address), isListed ? NOTHING : undefined))
      }
      const next: Tip = {
        version: 1,
        genesisHash,
        height: step.block.header.height,
        hash,
        coinSum: sum.toString(16),
      }
      operations.push(put(TIP, utf8(JSON.stringify(next))))
      await database.batch(operations, { sync: true })
      tip = next
    },
    async putFork({ height, blocks }, proof, lost) {
      const place = heightName(height)
      const operations = [put(keyOf('proof', `${place}:${blocks.join(':')}`), encodeForkProof(proof))]
      if (lost) {
        operations.push(put(keyOf('fork', `${place}:${blockHash(lost.header)}`), encodeBlock(lost)))
      }
      await database.batch(operations, { sync: true })
    },
    async close() {
      const name = await realpath(directory)
      await database.close()
      heldHere.delete(name)
    },
  }
}

export const sumOfRecords = (records: Iterable<readonly [string, Uint8Array]>): string => {
  let sum = 0n
  for (const [key, record] of records) sum = addTerm(sum, coinTerm(key, record))
  return sum.toString(16)
}
