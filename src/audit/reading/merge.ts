import type { FeedSource, SourceMessage } from './source.js'

export interface Arrival {
  /** Number of the source. */
  readonly source: number
  readonly stored: SourceMessage
}

/**
 * The messages of several sources by the time at which they were received, each source in its own order. Clocks may
 * differ: the order only keeps what belongs together close together.
 */
export async function* merged(sources: readonly FeedSource[]): AsyncGenerator<Arrival> {
  const heads: {
    readonly source: number
    readonly iterator: AsyncIterator<SourceMessage>
    stored: SourceMessage
  }[] = []
  for (const [source, feeds] of sources.entries()) {
    const iterator = feeds.messages()[Symbol.asyncIterator]()
    const first = await iterator.next()
    if (first.done !== true) heads.push({ source, iterator, stored: first.value })
  }
  while (heads.length > 0) {
    let earliest = 0
    for (const [index, { stored }] of heads.entries()) {
      if (stored.receivedAt < (heads[earliest]?.stored.receivedAt ?? Infinity)) earliest = index
    }
    const head = heads[earliest]
    if (!head) return
    yield { source: head.source, stored: head.stored }
    const next = await head.iterator.next()
    if (next.done === true) heads.splice(earliest, 1)
    else head.stored = next.value
  }
}
