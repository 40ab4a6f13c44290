import { type Calls, controlCalls } from '../../rpc/index.js'
import type { OceanNode } from '../ocean-node.js'
import { blockchainCalls } from './blockchain.js'
import { informationCalls } from './information.js'
import { listCalls } from './lists.js'
import { mempoolCalls } from './mempool.js'
import { miningCalls } from './mining.js'
import { transactionCalls } from './transactions.js'

/** All that an embedded node answers, by name. */
export const NODE_CALLS: Calls<OceanNode> = {
  ...controlCalls,
  ...blockchainCalls,
  ...informationCalls,
  ...listCalls,
  ...mempoolCalls,
  ...miningCalls,
  ...transactionCalls,
}

export const isAnswered = (name: string): boolean => Object.hasOwn(NODE_CALLS, name)
