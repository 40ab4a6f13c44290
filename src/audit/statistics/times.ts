import type { FeedId, FeedMessage } from '../../feeds/index.js'
import type { Millis } from '../../protocol/index.js'
import type { SourceMessage } from '../reading/source.js'

/** By feed, the times of its messages in order of sequence. */
type Times = Map<FeedId, FeedTimes>

interface FeedTimes {
  /** Of the first message: 1, unless the feed was pruned. */
  readonly first: number
  readonly times: Millis[]
}

/** What tells when a message was. */
export interface AuditClock {
  /** `timestamps`: what authors wrote, each by its own clock; else the name of the source that received them. */
  readonly name: string
  readonly source: number | null
  timeOf(message: Pick<FeedMessage, 'author' | 'sequence' | 'timestamp'>): Millis | undefined
  /** Of a message of a lane. */
  timeAt(lane: FeedId, sequence: number): Millis | undefined
}

export const TIMESTAMPS = 'timestamps'

/**
 * When each source received what: eight bytes a message, and eight more for the timestamp of one of a lane. A source gives
 * every feed ascending, so that the place in a list tells the sequence.
 */
export class ReceptionTimes {
  readonly #received: readonly Times[]
  readonly #written: Times = new Map()

  constructor(
    private readonly names: readonly string[],
    private readonly lanes: ReadonlySet<FeedId>,
  ) {
    this.#received = names.map(() => new Map())
  }

  /** Takes the next message of a source. */
  take(source: number, { value, receivedAt }: Pick<SourceMessage, 'value' | 'receivedAt'>): void {
    const { author, sequence, timestamp } = value
    const times = this.#received[source]
    if (times) note(times, author, sequence, receivedAt)
    if (this.lanes.has(author)) note(this.#written, author, sequence, timestamp)
  }

  clocks(): readonly AuditClock[] {
    const written: AuditClock = {
      name: TIMESTAMPS,
      source: null,
      timeOf: ({ timestamp }) => timestamp,
      timeAt: (lane, sequence) => timeIn(this.#written, lane, sequence),
    }
    return [
      written,
      ...this.#received.map((times, source) => clockOf(this.names[source] ?? '', source, times)),
    ]
  }
}

const note = (known: Times, feed: FeedId, sequence: number, time: Millis): void => {
  const { first, times } = known.get(feed) ?? { first: sequence, times: [] }
  if (times.length === 0) known.set(feed, { first, times })
  if (sequence === first + times.length) times.push(time)
}

const timeIn = (known: Times, feed: FeedId, sequence: number): Millis | undefined => {
  const { first, times } = known.get(feed) ?? { first: 0, times: [] }
  return times[sequence - first]
}

const clockOf = (name: string, source: number, times: Times): AuditClock => {
  const timeAt = (feed: FeedId, sequence: number): Millis | undefined => timeIn(times, feed, sequence)
  return { name, source, timeOf: ({ author, sequence }) => timeAt(author, sequence), timeAt }
}
