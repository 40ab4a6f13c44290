export { auditOf, sourceOf, worldOf } from './simulated-feeds.js'
