export * from './application.js'
export * from './step.js'
