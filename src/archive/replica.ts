import type { ClassicMessage, MessageKey } from '../feeds/index.js'
import { assert } from '../util/index.js'
import type { ChunkCache } from './chunk-cache.js'
import { corrupt } from './codes.js'
import type { ChunkLine, Line, MessageLine, ReplicaEntry } from './lines.js'

/** A message as one node received it. */
export interface Arrival {
  /** Place in the node's log, from 0, without gaps. */
  readonly position: number
  /** Milliseconds of the node's clock. */
  readonly receivedAt: number
  readonly key: MessageKey
  readonly value: ClassicMessage
}

/** The log of one node in a verified archive. It holds a number for each message, and reads the messages themselves. */
export class ArchivedReplica {
  private constructor(
    private readonly index: number,
    private readonly entry: ReplicaEntry,
    private readonly cache: ChunkCache,
    /** Number of the first line of each member. */
    private readonly starts: readonly number[],
    /** Number of the line that each position stands in. */
    private readonly lines: Float64Array,
  ) {}

  static async open(
    index: number,
    entry: ReplicaEntry,
    chunks: readonly ChunkLine[],
    cache: ChunkCache,
  ): Promise<ArchivedReplica> {
    const lines = new Float64Array(entry.messages)
    const starts: number[] = []
    let start = 0
    for (const [number, { holds, lines: count }] of chunks.entries()) {
      starts.push(start)
      if (holds === 'messages') {
        for (const [place, line] of (await cache.lines(number)).entries()) {
          for (const [of, position] of receptionsIn(line)) if (of === index) lines[position] = start + place
        }
      }
      start += count
    }
    return new ArchivedReplica(index, entry, cache, starts, lines)
  }

  get name(): string {
    return this.entry.name
  }

  get messageCount(): number {
    return this.entry.messages
  }

  /** Everything, in the order in which the node stored it. */
  async *arrivals(): AsyncGenerator<Arrival> {
    for (let position = 0; position < this.messageCount; position++) yield await this.read(position)
  }

  /** @param position below `messageCount` */
  async read(position: number): Promise<Arrival> {
    const line = this.lines[position]
    assert(line !== undefined, 'the position is one of the log')
    const number = lastAtMost(this.starts, line)
    const bytes = (await this.cache.lines(number))[line - (this.starts[number] ?? 0)]
    // Of a member that was verified and is compared with its hash again, so that its form needs no second look.
    const message = bytes && (JSON.parse(bytes.toString('utf8')) as Line)
    if (message?.type !== 'message') throw corrupt('a message is missing')
    const reception = message.received.find(([of, at]) => of === this.index && at === position)
    if (!reception) throw corrupt('it has changed since it was verified')
    return { position, receivedAt: reception[2], key: message.key, value: message.value }
  }
}

const RECEIVED = Buffer.from(',"received":')

/** Of a line that was verified, and so is spelled in one way only: decoding all of it takes much longer. */
const receptionsIn = (line: Buffer): MessageLine['received'] => {
  const text = line.toString('utf8', line.lastIndexOf(RECEIVED) + RECEIVED.length, line.length - 1)
  return JSON.parse(text) as MessageLine['received']
}

/** The last place in an ascending list that holds no more than `value`. */
const lastAtMost = (ascending: readonly number[], value: number): number => {
  let low = 0
  let high = ascending.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((ascending[middle] ?? 0) <= value) low = middle
    else high = middle - 1
  }
  return low
}
