export * from './blows.js'
export * from './fault-run.js'
export * from './judge.js'
export * from './load.js'
