export * from './raw-request.js'
export * from './recorded-calls.js'
export * from './rpc-server.js'
export * from './replay.js'
