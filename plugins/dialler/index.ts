export * from './backoff.js'
export * from './dialler.js'
export type { LinkState } from './link.js'
export * from './targets.js'
