export type * from './sbot.js'
export type { ClassicMessage, FeedId, MessageKey } from '../../src/feeds/index.js'
