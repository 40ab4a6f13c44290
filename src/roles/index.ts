export * from './epoch.js'
export * from './network.js'
export * from './quorum.js'
export * from './registry.js'
