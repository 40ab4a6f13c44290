export * from './disk-watch.js'
export * from './judge.js'
export * from './look-regularly.js'
export * from './monitor.js'
