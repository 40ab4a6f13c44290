export * from './amount.js'
export * from './read.js'
export * from './value.js'
export * from './write.js'
