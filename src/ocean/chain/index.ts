/** The rules of an Ocean chain, as pure functions of what is known. Public API. */
export { type Acceptance, type AcceptanceQuestion, acceptTransaction } from './accept.js'
export {
  AddressList,
  destinationKey,
  type DestinationKey,
  destinationKeyOfScript,
  MANUAL_SOURCE,
} from './address-list.js'
export { type AssetTotals, checkAmounts, feesOf } from './amounts.js'
export { type BlockContext, checkBlock, checkHeader, isProven, medianTimeOf } from './check-block.js'
export {
  checkScripts,
  checkSpend,
  checkTransaction,
  COINBASE_MATURITY,
  coinsSpentBy,
  isFinal,
  MAX_BLOCK_BYTES,
  MAX_BLOCK_WEIGHT,
} from './check-transaction.js'
export {
  type Coin,
  type CoinChange,
  coinKey,
  CoinMap,
  CoinOverlay,
  type CoinView,
  isUnspendable,
} from './coins.js'
export { connectBlock, type Connected, connectGenesis, type Connection } from './connect-block.js'
export {
  checkFork,
  decodeForkProof,
  encodeForkProof,
  type ForkFault,
  forkProof,
  type ForkProof,
  type ProvenFork,
} from './fork.js'
export { challengeAt, type Genesis, genesisOf } from './genesis.js'
export {
  kycKeyOf,
  type ListChange,
  listChangesOf,
  listChangesOfCoin,
  type ListName,
  policyAddressOf,
  PolicyLists,
  publishedKyc,
} from './lists.js'
export {
  type ChainConfiguration,
  type ChainParameters,
  DEFAULT_PARENT_GENESIS,
  DOMAIN_ASSET_LABEL,
  POLICY_ASSETS,
  type PolicyAsset,
} from './parameters.js'
export { checkIssuance, checkLists, isPolicyTransaction, isRedemption, type PolicyRules } from './policy.js'
export { firstRefusal, REJECT, type Refusal, refusalText } from './refusal.js'
export { decodeRegistrations, isDerived, type RegisteredAddress } from './registration.js'
