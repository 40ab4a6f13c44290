export { auditOf, sourceOf, worldOf } from './simulated-feeds.js'
export { madeFindings, madeReport, type Making } from './made-report.js'
