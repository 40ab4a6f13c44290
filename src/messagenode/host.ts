import type { ChainHost } from '../chain-store/index.js'

/** What a Messagenode's service needs of its node: it only reads. */
export type MessagenodeHost<State> = ChainHost<State>
