export * from './beginnings.js'
export * from './plan.js'
export * from './prune-log.js'
export * from './schedule.js'
