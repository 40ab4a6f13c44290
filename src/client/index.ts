export * from './client.js'
export { readEvents, type ServerEvent } from './event-source.js'
export { DEFAULT_PATIENCE, type Patience } from './server-list.js'
export * from './verify.js'
