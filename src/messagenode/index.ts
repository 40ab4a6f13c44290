export * from './host.js'
export * from './service.js'
