export * from './ids.js'
export * from './message.js'
