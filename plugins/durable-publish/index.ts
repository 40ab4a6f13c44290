export * from './durable-publish.js'
export type { PublishedMessage, PublishOptions } from './publisher.js'
export type { OpenSegment, SegmentFile, WriteAheadLogOptions } from './write-ahead-log.js'
