export * from './chain.js'
export { isYes } from './lines.js'
export * from './load.js'
export * from './node.js'
