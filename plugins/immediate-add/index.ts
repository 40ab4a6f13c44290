export * from './immediate-add.js'
export type { Evidence } from './intake.js'
