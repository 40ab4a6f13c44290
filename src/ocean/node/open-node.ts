import { connectGenesis, genesisOf } from '../chain/index.js'
import { blockHash, NULL_ID } from '../codec/index.js'
import type { OceanConf } from '../conf/index.js'
import { contractHashOf } from '../keys/index.js'
import { openWallet } from '../wallet/index.js'
import { AssetHistory } from './asset-history.js'
import { ChainState } from './chain-state.js'
import { chainConfiguration, followedLists } from './configuration.js'
import { EmbeddedNode } from './embedded-node.js'
import { ForkBook, type KnownFork } from './fork-book.js'
import type { Documents } from './ocean-node.js'
import { openStore } from './storage/store.js'

export interface NodeOptions {
  readonly conf: OceanConf
  readonly directory: string
  readonly documents: Documents
  /** Of the contract at height 0, if there is one. */
  readonly firstContractHash: string | undefined
  readonly now: () => number
  readonly onFork: (fork: KnownFork) => void
  readonly onStop: () => void
  readonly isAnswered: (name: string) => boolean
}

/**
 * A node on its directory, with the state it had. A new directory gets the first block, which follows from the
 * configuration.
 *
 * @throws CodedError of the store and of the wallet; `malformed-genesis`
 */
export const openNode = async (options: NodeOptions): Promise<EmbeddedNode> => {
  const { conf } = options
  const { block, parameters } = genesisOf(chainConfiguration(conf, options.firstContractHash))
  const store = await openStore(options.directory, blockHash(block.header))
  const chain = new ChainState(store, parameters, followedLists(conf))
  const forks = new ForkBook(store, parameters)
  try {
    if (store.tip) await chain.load()
    else await chain.append(block, connectGenesis(block))
    await forks.load()
    return await nodeOn(options, chain, forks)
  } catch (error) {
    await store.close()
    throw error
  }
}

const nodeOn = async (options: NodeOptions, chain: ChainState, forks: ForkBook): Promise<EmbeddedNode> => {
  const { conf, documents, directory, now } = options
  const { parameters } = chain
  const { policy, keyPool } = conf.node
  // The mempool comes with the node, which needs the wallet first.
  const around: { chain: ChainState; mempool: { get(txid: string): unknown } } = {
    chain,
    mempool: { get: () => undefined },
  }
  const wallet = openWallet({
    directory,
    parameters,
    poolSize: keyPool,
    isTweaked: !policy.contractInTransaction,
    now,
    around,
  })
  try {
    const contract = documents.contract()
    const contractHash = contract === '' ? NULL_ID : contractHashOf(contract)
    const history = new AssetHistory(policy.recordInflation)
    const node = new EmbeddedNode({ ...options, chain, forks, wallet, history, contractHash })
    around.mempool = node.mempool
    await node.catchUp()
    return node
  } catch (error) {
    wallet.close()
    throw error
  }
}
