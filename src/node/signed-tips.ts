import { type FileHandle, open, readFile, rename } from 'node:fs/promises'
import { crc32 } from 'node:zlib'

import type { ClassicMessage, FeedId } from '../feeds/index.js'
import { messageKeyOfValue } from '../feeds/index.js'
import type { Place } from './log-scan.js'

/**
 * Where each own feed ended when it was last signed, beside the database and not in it: a database that was put back
 * from an old copy, or lost its end, shows at the next start even while no peer that remembers is reachable. A line is
 * written before its message may be seen by anyone, and synced soon after: that it survives a kill is enough, since
 * whatever a power cut takes of it stands in the write-ahead log.
 */
type Line =
  | readonly [feed: FeedId, sequence: number, key: Place['key'], state: 'signed']
  | readonly [feed: FeedId, sequence: number, key: null, state: 'forked']

const REWRITE_BYTES = 256 * 1024

export class SignedTips {
  #syncing: Promise<void> | null = null
  #isBehind = false

  private constructor(
    private readonly file: FileHandle,
    private readonly tips: Map<FeedId, Place>,
    /** An own feed of which a second branch was seen: these keys must never sign again. */
    readonly forked: FeedId | null,
  ) {}

  /** Lines that are torn or damaged count for nothing; peers are asked in any case. */
  static async open(path: string): Promise<SignedTips> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw error
    })
    const tips = new Map<FeedId, Place>()
    let forked: FeedId | null = null
    for (const [feed, sequence, key, state] of text.split('\n').flatMap(parsed)) {
      if (state === 'forked') forked = feed
      else if (sequence >= (tips.get(feed)?.sequence ?? 0)) tips.set(feed, { sequence, key })
    }
    if (text.length > REWRITE_BYTES && forked === null) await rewrite(path, tips)
    return new SignedTips(await open(path, 'a', 0o600), tips, forked)
  }

  all(): ReadonlyMap<FeedId, Place> {
    return this.tips
  }

  /** Resolves when the lines outlive this process. A disk that takes none must not keep a durable message back. */
  async signed(messages: readonly ClassicMessage[]): Promise<void> {
    const newest = new Map(messages.map((message) => [message.author, message]))
    const lines = [...newest.values()].map((message): Line => {
      const place = { sequence: message.sequence, key: messageKeyOfValue(message) }
      this.tips.set(message.author, place)
      return [message.author, place.sequence, place.key, 'signed']
    })
    await this.#write(lines)
    this.#syncSoon()
  }

  /** For good: the next start refuses at once. */
  async fork(feed: FeedId, sequence: number): Promise<void> {
    await this.#write([[feed, sequence, null, 'forked']])
    await this.file.datasync().catch(() => undefined)
  }

  async close(): Promise<void> {
    await this.#syncing
    await this.file.close()
  }

  async #write(lines: readonly Line[]): Promise<void> {
    await this.file.write(lines.map(printed).join('')).catch(() => undefined)
  }

  /** One sync at a time, and one more for what came meanwhile. */
  #syncSoon(): void {
    this.#isBehind = true
    this.#syncing ??= this.#sync().finally(() => (this.#syncing = null))
  }

  async #sync(): Promise<void> {
    while (this.#isBehind) {
      this.#isBehind = false
      await this.file.datasync().catch(() => undefined)
    }
  }
}

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0')

/** A line begins anew, so that one before it that was torn spoils nothing. */
const printed = (line: Line): string => {
  const text = JSON.stringify(line)
  return `\n${checksum(text)} ${text}\n`
}

const parsed = (line: string): readonly Line[] => {
  const text = line.slice(9)
  return line.length > 9 && line.startsWith(`${checksum(text)} `) ? [JSON.parse(text) as Line] : []
}

const rewrite = async (path: string, tips: ReadonlyMap<FeedId, Place>): Promise<void> => {
  const fresh = await open(`${path}.new`, 'w', 0o600)
  const lines = [...tips].map(([feed, { sequence, key }]) => printed([feed, sequence, key, 'signed']))
  try {
    await fresh.write(lines.join(''))
    await fresh.sync()
  } finally {
    await fresh.close()
  }
  await rename(`${path}.new`, path)
}
