import type { ForkProof } from '../chain/index.js'
import type { Block, Transaction } from '../codec/index.js'

/** What carries blocks and transactions to other nodes, as a node sees it. */
export interface Relay {
  /** The chain is longer by this block, whoever brought it. */
  tookBlock(block: Block): void
  /** It waits for a block now, whoever brought it. */
  tookTransaction(transaction: Transaction): void
  /** A fork was written down, whoever found it. */
  forked(proof: ForkProof): void
  peers(): readonly Peer[]
}

/** Another node that is connected now. */
export interface Peer {
  readonly id: string
  readonly address: string
}

/** Of a node that stands alone. */
export const NO_RELAY: Relay = {
  tookBlock: () => undefined,
  tookTransaction: () => undefined,
  forked: () => undefined,
  peers: () => [],
}
