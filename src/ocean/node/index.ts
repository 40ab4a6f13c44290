/** The embedded Ocean node. Public API. */
export { isAnswered, NODE_CALLS } from './calls/index.js'
export { chainConfiguration } from './configuration.js'
export type { EmbeddedNode } from './embedded-node.js'
export type { KnownFork } from './fork-book.js'
export type { Documents, OceanNode } from './ocean-node.js'
export type { Peer, Relay } from './relay.js'
export { type NodeOptions, openNode } from './open-node.js'
export { type RunningNode, type RunningRelay, type ServeOptions, serveNode } from './serve.js'
