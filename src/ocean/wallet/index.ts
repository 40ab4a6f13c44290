/** A wallet: keys and labels on disk, transactions that concern it, coins it can spend. Public API. */
export { type Composed, compose, type Means, type Payment, type Plan } from './compose.js'
export type { Spendable } from './gather-coins.js'
export { type Amounts, byBytes, Holdings, sortedAmounts, Totals } from './holdings.js'
export type { KeyRing, KnownKey } from './key-ring.js'
export type { Ledger, OwnedOutput, WalletTransaction } from './ledger.js'
export { openWallet, type WalletOptions } from './open-wallet.js'
export { isSolvable, type Ownership, ownershipOf } from './ownership.js'
export type { Note, Place, Wallet } from './wallet.js'
