import { concat } from '../../util/index.js'
import { type Transaction, transactionId, type TransactionOutput } from '../codec/index.js'
import { formOf } from '../script/index.js'
import { AddressList, type DestinationKey, destinationKey } from './address-list.js'
import { type Coin, coinKey } from './coins.js'
import type { ChainParameters } from './parameters.js'
import { decodeRegistrations, isDerived } from './registration.js'

/**
 * The three lists and how mined transactions change them. A policy coin lists an address on the freezelist or the
 * burnlist for as long as it is unspent; register-address outputs change the whitelist for good.
 */

export type ListName = 'whitelist' | 'freezelist' | 'burnlist'

export interface ListChange {
  readonly list: ListName
  readonly action: 'add' | 'remove'
  readonly address: DestinationKey
  /** The coin behind an entry, or the registration. */
  readonly source: string
}

export class PolicyLists {
  readonly whitelist = new AddressList()
  readonly freezelist = new AddressList()
  readonly burnlist = new AddressList()

  apply(changes: readonly ListChange[]): void {
    for (const { list, action, address, source } of changes) {
      if (action === 'add') this[list].add(address, source)
      else if (list === 'whitelist') this.whitelist.remove(address)
      else this[list].removeSource(address, source)
    }
  }
}

const REGISTRATION_SOURCE = 'chain'
const PADDED_KEY = /^02(?:00){12}[0-9a-f]{40}$/

/** The second key of a policy coin's 1-of-2, which is no key but names something. */
const secondKeyOf = (script: Uint8Array): Uint8Array | undefined => {
  const form = formOf(script)
  return form.type === 'multisig' && form.required === 1 && form.keys.length === 2 ? form.keys[1] : undefined
}

/** The address a freezelist or burnlist coin names. */
export const policyAddressOf = (script: Uint8Array): DestinationKey | undefined => {
  const key = secondKeyOf(script)
  const isPadded = key !== undefined && PADDED_KEY.test(Buffer.from(key).toString('hex'))
  return isPadded ? destinationKey({ type: 'keyHash', hash: key.subarray(13) }) : undefined
}

/** From a KYC key to what a whitelist coin publishes of it, and back: reversed from the fourth byte on. */
export const publishedKyc = (key: Uint8Array): Uint8Array =>
  concat(key.subarray(0, 3), key.slice(3).reverse())

/** The KYC key a whitelist coin publishes. */
export const kycKeyOf = (script: Uint8Array): Uint8Array | undefined => {
  const key = secondKeyOf(script)
  return key && publishedKyc(key)
}

const policyListOf = (
  { asset }: TransactionOutput,
  { policyAssets }: ChainParameters,
): ListName | undefined => {
  if (asset === policyAssets.FREEZELIST && asset !== undefined) return 'freezelist'
  return asset === policyAssets.BURNLIST && asset !== undefined ? 'burnlist' : undefined
}

const coinChange = (
  action: ListChange['action'],
  output: TransactionOutput,
  source: string,
  parameters: ChainParameters,
): ListChange[] => {
  const list = policyListOf(output, parameters)
  const address = list && policyAddressOf(output.script)
  return address ? [{ list, action, address, source }] : []
}

const registrationsIn = (output: TransactionOutput, parameters: ChainParameters): ListChange[] => {
  const form = formOf(output.script)
  if (form.type !== 'registeraddress_v1' && form.type !== 'deregisteraddress_v1') return []
  const action = form.type === 'registeraddress_v1' ? 'add' : 'remove'
  const entries = decodeRegistrations(form.payload) ?? []
  return entries
    .filter((entry) => isDerived(entry, parameters.contractHash))
    .map((entry) => ({
      list: 'whitelist',
      action,
      address: destinationKey(entry),
      source: REGISTRATION_SOURCE,
    }))
}

/** Whoever registers addresses spends a whitelist coin: an output of nothing in that asset proves nothing. */
const mayRegister = (coins: readonly Coin[], { policyAssets }: ChainParameters): boolean =>
  policyAssets.WHITELIST !== undefined && coins.some(({ output }) => output.asset === policyAssets.WHITELIST)

/** What a transaction changes when it is mined. @param coins what its inputs spend, in order */
export const listChangesOf = (
  transaction: Transaction,
  coins: readonly Coin[],
  parameters: ChainParameters,
): readonly ListChange[] => {
  const { policyAssets } = parameters
  const txid = transactionId(transaction)
  const removed = coins.flatMap(({ output }, i) => {
    const spent = transaction.inputs[i]?.previous
    return spent ? coinChange('remove', output, coinKey(spent), parameters) : []
  })
  const added = transaction.outputs.flatMap((output, index) =>
    coinChange('add', output, coinKey({ txid, index }), parameters),
  )
  const registered = mayRegister(coins, parameters)
    ? transaction.outputs
        .filter(({ asset }) => asset === policyAssets.WHITELIST)
        .flatMap((output) => registrationsIn(output, parameters))
    : []
  return [...removed, ...added, ...registered]
}

/** What an unspent output lists: how the lists are built anew from the coins. */
export const listChangesOfCoin = (
  output: TransactionOutput,
  key: string,
  parameters: ChainParameters,
): readonly ListChange[] => coinChange('add', output, key, parameters)
