import type { Hash } from '../feeds/index.js'
import type { Network } from '../roles/index.js'
import { CodedError, u64, utf8 } from '../util/index.js'
import type { Account, AccountId } from './account.js'
import {
  accountKey,
  decodeAccount,
  encodeAccount,
  isAccountId,
  isNoAccount,
  MAX_UNITS,
  NO_ACCOUNT,
} from './account.js'
import { AuthenticatedMap } from './authenticated-map.js'
import type { Consumed } from './consumed.js'

/** What the network file fixes for the ledger. */
export interface LedgerRules {
  readonly chainId: Hash
  /** STORE units. */
  readonly minimumFee: bigint
  /** Heights ahead that `validUntil` may lie. */
  readonly transactionLifetime: number
  /** Sum of the genesis balances: what balances and collected fees add up to at every height. */
  readonly supply: bigint
}

/** The ledger between two blocks: a value, shared freely and never changed. */
export interface LedgerState {
  readonly rules: LedgerRules
  /** Everything that the ledger's root commits to. Accounts live here and nowhere else. */
  readonly map: AuthenticatedMap
  /** All fees collected so far, also a leaf of the map. */
  readonly fees: bigint
  /** The hashes behind the map's leaves for consumed transactions. */
  readonly consumed: Consumed
}

/** Key of the leaf with the collected fees as u64. */
const FEES_KEY = utf8('bf/fees/v1')

export const accountOf = (map: AuthenticatedMap, id: AccountId): Account => {
  const value = map.get(accountKey(id))
  return value === null ? NO_ACCOUNT : decodeAccount(value)
}

export const withAccount = (map: AuthenticatedMap, id: AccountId, account: Account): AuthenticatedMap =>
  isNoAccount(account) ? map.delete(accountKey(id)) : map.set(accountKey(id), encodeAccount(account))

export const withFees = (map: AuthenticatedMap, fees: bigint): AuthenticatedMap =>
  map.set(FEES_KEY, u64(fees))

/** The state before the first block. @throws CodedError `malformed-genesis` */
export const genesisState = (network: Network): LedgerState => {
  let map = EMPTY_MAP
  for (const [id, balance] of network.balances) {
    if (!isAccountId(id)) throw new CodedError('malformed-genesis', 'a genesis balance has no account')
    if (balance < 0n || balance > MAX_UNITS) {
      throw new CodedError('malformed-genesis', 'a genesis balance is not an unsigned integer of 64 bits', {
        id,
      })
    }
    map = withAccount(map, id, { balance, nonce: 0n })
  }
  return { rules: rulesOf(network), map, fees: 0n, consumed: new Map() }
}

/** What is in the map before any account. */
export const EMPTY_MAP: AuthenticatedMap = withFees(AuthenticatedMap.EMPTY, 0n)

export const rulesOf = ({ chainId, parameters, balances }: Network): LedgerRules =>
  Object.freeze({
    chainId,
    minimumFee: parameters.fees.minimum,
    transactionLifetime: parameters.transactionLifetime,
    supply: [...balances.values()].reduce((sum, balance) => sum + balance, 0n),
  })
