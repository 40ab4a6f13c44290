export { addChainRoutes, problemsOf } from './chain-routes.js'
export type { Metrics } from './metrics.js'
export { fieldIn, hashIn, heightOf } from './parameters.js'
export { createServer, DEFAULT_LIMITS, type ServerLimits, type ServerOptions } from './server.js'
