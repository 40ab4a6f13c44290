/** Transactions, blocks and proofs of forks between Ocean nodes, over signed feeds. Public API. */
export { type Feeds, FeedRelay, type RelayEvents } from './relay.js'
export { MOST_MEMBERS, type RelayFile, relayFileSchema, type RelayMember } from './relay-file.js'
