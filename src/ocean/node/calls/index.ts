import { type Calls, controlCalls } from '../../rpc/index.js'
import type { OceanNode } from '../ocean-node.js'
import { assetInfoCalls } from './asset-info.js'
import { blockchainCalls } from './blockchain.js'
import { derivedKeyCalls } from './derived-keys.js'
import { informationCalls } from './information.js'
import { issuanceCalls } from './issuances.js'
import { issuingCalls } from './issuing.js'
import { listCalls } from './lists.js'
import { mempoolCalls } from './mempool.js'
import { miningCalls } from './mining.js'
import { multisigCalls } from './multisig.js'
import { rawAssetCalls } from './raw-assets.js'
import { rawTransactionCalls } from './raw-transactions.js'
import { sendingCalls } from './sending.js'
import { signingCalls } from './signing.js'
import { transactionCalls } from './transactions.js'
import { validateAddressCalls } from './validate-address.js'
import { walletCoinCalls } from './wallet-coins.js'
import { walletKeyCalls } from './wallet-keys.js'
import { walletTransactionCalls } from './wallet-transactions.js'

/** All that an embedded node answers, by name. */
export const NODE_CALLS: Calls<OceanNode> = {
  ...controlCalls,
  ...assetInfoCalls,
  ...blockchainCalls,
  ...derivedKeyCalls,
  ...informationCalls,
  ...issuanceCalls,
  ...issuingCalls,
  ...listCalls,
  ...mempoolCalls,
  ...miningCalls,
  ...multisigCalls,
  ...rawAssetCalls,
  ...rawTransactionCalls,
  ...sendingCalls,
  ...signingCalls,
  ...transactionCalls,
  ...validateAddressCalls,
  ...walletCoinCalls,
  ...walletKeyCalls,
  ...walletTransactionCalls,
}

export const isAnswered = (name: string): boolean => Object.hasOwn(NODE_CALLS, name)
