import type { ChainParameters } from '../chain/index.js'
import type { Block, Transaction } from '../codec/index.js'
import type { OceanConf } from '../conf/index.js'
import type { Wallet } from '../wallet/index.js'
import type { AssetHistory } from './asset-history.js'
import type { ChainState } from './chain-state.js'
import type { KnownFork } from './fork-book.js'
import type { Mempool, Verdict } from './mempool.js'
import type { Peer } from './relay.js'

/** Texts that a node shows and puts into its proposals; read anew whenever they are asked for. */
export interface Documents {
  /** The terms and conditions, one line feed after each line. */
  contract(): string
  /** Printed order; zero without a file. */
  mappingHash(): string
}

/** All that calls see of a node. A wallet finds its coins in `chain` and `mempool` and sends by `broadcast`. */
export interface OceanNode {
  readonly conf: OceanConf
  readonly parameters: ChainParameters
  readonly chain: ChainState
  readonly mempool: Mempool
  readonly documents: Documents
  /** Second validly signed blocks of a height. */
  readonly forks: readonly KnownFork[]
  /** Other nodes that are connected. */
  peers(): readonly Peer[]
  readonly wallet: Wallet
  readonly history: AssetHistory
  /** Where files stand that calls name without a path from the root. */
  readonly directory: string
  /** Seconds. */
  now(): number
  /** An unsigned block of what waits. */
  propose(): Block
  /** Why a proposal may not be signed, in the node's words; undefined if it may. */
  judgeProposal(block: Block): string | undefined
  /** Null when the chain is longer by it, else why not, as `submitblock` says it. */
  submit(block: Block): Promise<string | null>
  /** Judges a transaction, and keeps it until a block has it. */
  broadcast(transaction: Transaction, allowsHighFees?: boolean): Verdict
  judge(transaction: Transaction): Verdict
  /** Goes through the whole chain for what the wallet and the history have missed. */
  rescan(): Promise<void>
  isAnswered(name: string): boolean
  stop(): void
}
