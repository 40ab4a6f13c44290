export * from './assert.js'
export * from './bytes.js'
export * from './coded-error.js'
export * from './verdict.js'
