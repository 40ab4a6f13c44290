export * from './host.js'
export { fitCount, laneMessageSize } from './lane-message.js'
export { DEFAULT_PENDING_LIMITS, type PendingLimits } from './pending-pool.js'
export * from './service.js'
