export { blocksOf, stored } from './scene-feeds.js'
export { auditOf, sourceOf, worldOf } from './simulated-feeds.js'
