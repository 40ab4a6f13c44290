export * from './raw-request.js'
export * from './recordings.js'
export * from './rpc-server.js'
export * from './replay.js'
