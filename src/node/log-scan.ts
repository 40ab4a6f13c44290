import bipf from 'bipf'

import {
  type ClassicMessage,
  type FeedId,
  isClassicMessage,
  type MessageKey,
  messageKeyOfValue,
} from '../feeds/index.js'
import { blocksOf } from './log-file.js'

/**
 * Is the log what was written? It has no checksums, but every record names the hash of its message, and every message
 * the one before: so a flipped bit, a hole and a torn end all show. Signatures need no check, being part of what is
 * hashed.
 */
export interface LogScan {
  /** Messages that are whole and stand in their place. */
  readonly kept: number
  /** Where each feed ends, by what is kept of it. */
  readonly tails: ReadonlyMap<FeedId, Place>
  /** Of each feed whose beginning was pruned the last message that went. */
  readonly pruned: ReadonlyMap<FeedId, Place>
  /** Null if the log is sound. */
  readonly damage: LogDamage | null
}

export interface LogDamage {
  /** Blocks that hold something else than records. */
  readonly blocks: number
  /** Records that hold no message, or another than their key says. */
  readonly records: number
  /** Whole messages that cannot stay, because one before them in their feed is lost. */
  readonly dropped: number
  /** The newest whole message of each feed that lost some: it was signed, whatever becomes of the log. */
  readonly newest: ReadonlyMap<FeedId, Place>
}

export interface Place {
  readonly sequence: number
  readonly key: MessageKey
}

export interface FeedPlace extends Place {
  readonly feed: FeedId
}

export type KeepRecord = (record: Buffer, place: FeedPlace) => Promise<void> | void

/**
 * @param keep called with every record that can stay, in order.
 * @param beginnings messages after which a feed may begin, if not with its first one.
 */
export const scanLog = async (
  path: string,
  keep: KeepRecord = () => undefined,
  beginnings: readonly FeedPlace[] = [],
): Promise<LogScan> => {
  const chains = new Chains(beginnings)
  const found = { kept: 0, blocks: 0, records: 0, dropped: 0 }
  for await (const { records, isWhole } of blocksOf(path)) {
    if (!isWhole) found.blocks++
    for (const record of records) {
      const judged = chains.judge(record)
      if (typeof judged === 'string') found[judged]++
      else {
        found.kept++
        await keep(record, judged)
      }
    }
  }
  const { kept, ...lost } = found
  const isSound = lost.blocks + lost.records + lost.dropped === 0
  const { tails, pruned } = chains
  return { kept, tails, pruned, damage: isSound ? null : { ...lost, newest: chains.newest } }
}

class Chains {
  readonly newest = new Map<FeedId, Place>()
  readonly tails = new Map<FeedId, Place>()
  readonly pruned = new Map<FeedId, Place>()

  constructor(private readonly beginnings: readonly FeedPlace[]) {}

  judge(record: Buffer): FeedPlace | 'records' | 'dropped' {
    const found = messageIn(record)
    if (found === null) return 'records'
    const { key, message } = found
    const { author, sequence, previous } = message
    const tail = this.tails.get(author) ?? this.#beginning(message)
    if (sequence === (tail?.sequence ?? 0) + 1 && previous === (tail?.key ?? null)) {
      this.tails.set(author, { sequence, key })
      return { feed: author, sequence, key }
    }
    if (sequence > (this.newest.get(author)?.sequence ?? 0)) this.newest.set(author, { sequence, key })
    return 'dropped'
  }

  /** What was pruned before the first message of its feed. */
  #beginning({ author, sequence, previous }: ClassicMessage): Place | undefined {
    const before = this.beginnings.find(({ feed, key }) => feed === author && key === previous)
    if (before?.sequence !== sequence - 1) return undefined
    this.pruned.set(author, { sequence: before.sequence, key: before.key })
    return before
  }
}

/** The message of a record, if it is the one that the record's key names. */
const messageIn = (record: Buffer): { key: MessageKey; message: ClassicMessage } | null => {
  const entry = decoded(record)
  if (typeof entry !== 'object' || entry === null || !('key' in entry) || !('value' in entry)) return null
  const { key, value } = entry
  if (!isClassicMessage(value) || messageKeyOfValue(value) !== key) return null
  return { key: messageKeyOfValue(value), message: value }
}

const decoded = (record: Buffer): unknown => {
  try {
    return bipf.decode(record, 0)
  } catch {
    return null
  }
}
