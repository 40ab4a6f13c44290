/** Bounds of one call, on both sides: what a server gives at most, and what a client takes at most. */
export interface ExchangeLimits {
  /** Keys in one `get` or `offer`. */
  readonly keysPerCall: number
  /** Feeds in one `tips`: more than 100 validators, 16 Messagenodes and as many observers own together. */
  readonly feedsPerCall: number
  /** Messages in one answer; a page is verified in one go, some 65 microseconds a message. */
  readonly messagesPerPage: number
  /** UTF-16 units of the messages of one answer, as SSB counts; a page always takes its first message. */
  readonly pageSize: number
  /** Messages that a server walks back on another branch of a feed than the one it holds by sequence. */
  readonly branchLength: number
  /** Time a server works on one call; a page then ends early. */
  readonly callMs: number
  /** Calls of one peer that are worked on at once; more are refused. */
  readonly callsPerPeer: number
  /** Calls of one peer in a second, and twice as many at once. An honest one makes a few for each block. */
  readonly callsPerSecond: number
}

export const EXCHANGE_LIMITS: ExchangeLimits = {
  keysPerCall: 256,
  feedsPerCall: 2048,
  messagesPerPage: 256,
  pageSize: 1 << 20,
  branchLength: 1024,
  callMs: 3_000,
  callsPerPeer: 8,
  callsPerSecond: 200,
}
