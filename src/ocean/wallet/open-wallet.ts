import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { CodedError, toHex } from '../../util/index.js'
import type { ChainParameters } from '../chain/index.js'
import { NULL_ID } from '../codec/index.js'
import { Holdings, type Surroundings } from './holdings.js'
import { openJournal } from './journal.js'
import { KeyRing } from './key-ring.js'
import { Ledger } from './ledger.js'
import type { WalletRecord } from './records.js'
import { Wallet } from './wallet.js'

export interface WalletOptions {
  readonly directory: string
  readonly parameters: ChainParameters
  readonly poolSize: number
  /** Whether derived keys are bound to the contract. */
  readonly isTweaked: boolean
  readonly now: () => number
  readonly around: Surroundings
}

const FILE = 'wallet.log'

/**
 * The wallet of a directory; a new one starts at the block the chain is at, since nobody can have paid it before.
 *
 * @throws CodedError `ocean-wallet-corrupted`, `ocean-wallet-unwritable`, `ocean-wallet-foreign`
 */
export const openWallet = (options: WalletOptions): Wallet => {
  const { parameters, poolSize, isTweaked, now, around } = options
  const { journal, records } = openJournal(join(options.directory, FILE))
  try {
    const [first] = records
    const origin = first?.kind === 'origin' ? first : newOrigin(parameters.genesisHash, now())
    if (first && first !== origin) {
      throw new CodedError('ocean-wallet-corrupted', 'the wallet has no first line', {})
    }
    if (origin.genesis !== parameters.genesisHash) {
      throw new CodedError('ocean-wallet-foreign', 'the wallet is of another chain', {})
    }
    const begin = around.chain.height
    if (!first) journal.append([origin, { kind: 'scanned', height: begin }], 'synced')
    const ring = new KeyRing(origin, isTweaked ? parameters.contractHash : NULL_ID)
    const ledger = new Ledger(ring, parameters)
    let scanned = first ? 0 : begin
    for (const record of records) {
      ring.apply(record)
      ledger.apply(record)
      if (record.kind === 'scanned') scanned = record.height
    }
    // A chain that was begun anew beside the old wallet brings its blocks again.
    ledger.forgetAbove(around.chain.height)
    const holdings = new Holdings(ledger, around)
    const parts = { journal, ring, ledger, holdings, poolSize, now }
    const wallet = new Wallet({ ...parts, scanned: Math.min(scanned, around.chain.height) })
    if (!first) startPool(wallet)
    return wallet
  } catch (error) {
    journal.close()
    throw error
  }
}

/** As a real wallet does on its first start: the pool is filled, and its first key becomes the default one. */
const startPool = (wallet: Wallet): void => {
  wallet.fillPool()
  wallet.takeKey()
}

/** The first record of a new wallet. */
const newOrigin = (genesis: string, time: number): Extract<WalletRecord, { kind: 'origin' }> => ({
  kind: 'origin',
  genesis,
  seed: toHex(new Uint8Array(randomBytes(32))),
  blinding: toHex(new Uint8Array(randomBytes(32))),
  time,
})
