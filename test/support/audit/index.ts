export { LongChain } from './long-chain.js'
export { checkpointFile, LongDirectory, longDirectory } from './long-directory.js'
export { blocksOf, stored } from './scene-feeds.js'
export { auditOf, sourceOf, worldOf } from './simulated-feeds.js'
