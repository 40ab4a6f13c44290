import { accountKey, isAccountId } from './account.js'
import type { AccountAnswer } from './proof.js'
import type { LedgerState } from './state.js'
import { accountOf } from './state.js'

/** What the genesis created, and how much of it the chain collected; STORE units in decimal digits. */
export interface SupplyAnswer {
  readonly supply: string
  readonly fees: string
}

/**
 * Reads of clients: `accounts/<64 hex>` for an account, existing or not, with its proof under the state root;
 * `supply`. Null for any other path. Answers are JSON.
 */
export const queryLedger = (state: LedgerState, path: string): AccountAnswer | SupplyAnswer | null => {
  if (path === 'supply') {
    return { supply: state.rules.supply.toString(), fees: state.fees.toString() }
  }
  const [collection, account, ...rest] = path.split('/')
  if (collection !== 'accounts' || !isAccountId(account) || rest.length > 0) return null
  const { balance, nonce } = accountOf(state.map, account)
  return {
    account,
    balance: balance.toString(),
    nonce: nonce.toString(),
    proof: state.map.prove(accountKey(account)),
  }
}
