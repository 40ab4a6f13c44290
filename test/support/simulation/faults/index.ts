export * from './crashes.js'
export * from './fault.js'
export * from './partitions.js'
export * from './treason.js'
