export type * from './sbot.js'
