import type { ChainHost } from '../chain-store/index.js'
import type { FeedMessage } from '../feeds/index.js'

/** What a validator's service needs of its node, beyond reading. */
export interface ValidatorHost<State> extends ChainHost<State> {
  /**
   * Publishes one message in the own lane and resolves once it is durable. The message has been sized to fit and
   * holds 1 to 64 transactions; one call at a time. Rejects if it may not be durable.
   */
  publishTransactions(transactions: readonly Uint8Array[]): Promise<FeedMessage>
}
