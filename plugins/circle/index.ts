export * from './circle.js'
export * from './registry-circle.js'
