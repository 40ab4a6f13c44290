export type { Finding, Quote, Sign } from './finding.js'
export { Watch } from './watch.js'
