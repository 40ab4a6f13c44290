import { connectGenesis, genesisOf } from '../chain/index.js'
import { blockHash, NULL_ID } from '../codec/index.js'
import type { OceanConf } from '../conf/index.js'
import { contractHashOf } from '../keys/index.js'
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
 * @throws CodedError of the store; `malformed-genesis`
 */
export const openNode = async (options: NodeOptions): Promise<EmbeddedNode> => {
  const { conf, documents } = options
  const { block, parameters } = genesisOf(chainConfiguration(conf, options.firstContractHash))
  const store = await openStore(options.directory, blockHash(block.header))
  const chain = new ChainState(store, parameters, followedLists(conf))
  const forks = new ForkBook(store, parameters)
  try {
    if (store.tip) await chain.load()
    else await chain.append(block, connectGenesis(block))
    await forks.load()
  } catch (error) {
    await store.close()
    throw error
  }
  const contract = documents.contract()
  const contractHash = contract === '' ? NULL_ID : contractHashOf(contract)
  return new EmbeddedNode({ ...options, chain, forks, contractHash })
}
