/** The embedded Ocean node. Public API. */
export { isAnswered, NODE_CALLS } from './calls/index.js'
export type { EmbeddedNode, Fork } from './embedded-node.js'
export type { Documents, OceanNode } from './ocean-node.js'
export { type NodeOptions, openNode } from './open-node.js'
export { type RunningNode, type ServeOptions, serveNode } from './serve.js'
