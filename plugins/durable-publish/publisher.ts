import { MESSAGE_SIZE_LIMIT, classicSize, isKeptWhole } from '../../src/feeds/index.js'
import { CodedError, isCoded } from '../../src/util/index.js'
import type { ClassicMessage, FeedId, MessageKey, SsbKeys } from '../types/index.js'
import type { WalRecord } from './wal-record.js'

/**
 * Signs, makes durable, and only then adds: a message that peers have seen can never be missing after a crash, so
 * a restart cannot fork the feed (cure D8). One serial path for all feeds; everything that queued up while the
 * disk was busy shares one write and one sync. A message is signed only when its turn at the disk has come, so a
 * failed write leaves no gap: the next one builds on what was really added.
 *
 * Codes of errors:
 * - `message-too-large`: peers would refuse it (they count the whole message, D9); nothing was signed on top of it
 * - `message-invalid`: content that SSB does not allow
 * - `durable-message-unknown`: a message named in `durable` is not held here
 * - `own-feed-incomplete`: the write-ahead log knows of later messages of this feed than the log holds
 * - `own-feed-moved`: the log refused the message after it was written
 * - `publisher-closed`, `wal-write-failed`, `wal-broken`
 */
export interface PublishedMessage {
  readonly key: MessageKey
  readonly message: ClassicMessage
}

export interface PublisherContext {
  readonly nowMs: () => number
  readonly tail: (feed: FeedId) => ClassicMessage | null
  /** Highest sequence the write-ahead log knows of an own feed, if the log does not hold it yet. */
  readonly promised: (feed: FeedId) => number
  readonly keyOf: (message: ClassicMessage) => MessageKey
  /** @throws Error if the content is not allowed. */
  readonly sign: (
    keys: SsbKeys,
    content: object,
    timestamp: number,
    previous: ClassicMessage | null,
  ) => ClassicMessage
  /** The message if it is not on disk yet, null if it is. @throws CodedError `durable-message-unknown` */
  readonly notOnDisk: (key: MessageKey) => Promise<ClassicMessage | null>
  /** Resolves once the records are on disk. @throws CodedError */
  readonly write: (records: readonly WalRecord[]) => Promise<void>
  /** Adds to the log, visible to peers at once; false if the log refuses. */
  readonly add: (message: ClassicMessage) => boolean
  /** Everything written was added. */
  readonly onAdded: () => Promise<void>
  /** Of every write: null if it reached the disk, else what kept it from it. */
  readonly onWrite: (error: unknown) => void
  readonly wait: (delayMs: number) => Promise<void>
}

export interface PublishOptions {
  /** Keys of others' messages that must be on disk before this one may be seen. */
  readonly durable?: readonly MessageKey[]
  /** When a write fails, try again for as long as it takes, in order; else the caller hears of it. */
  readonly isPatient?: boolean
}

interface Job {
  readonly keys: SsbKeys
  readonly content: object
  /** Messages of others that are not on disk yet; looked up while the job waits for its turn. */
  readonly foreign: Promise<readonly ClassicMessage[]>
  readonly isPatient: boolean
  resolve(published: PublishedMessage): void
  reject(error: unknown): void
}

interface ReadyJob {
  readonly job: Job
  readonly foreign: readonly ClassicMessage[]
}

interface SignedJob extends PublishedMessage, ReadyJob {}

const BATCH_SIZE = 256
const RETRY_MS = 250

export class Publisher {
  readonly #queue: Job[] = []
  #running: Promise<void> = Promise.resolve()
  #busy = false
  #closed = false

  constructor(private readonly context: PublisherContext) {}

  /** Messages stand in their feed in the order of these calls, however long it takes to find what each depends on. */
  publish(
    keys: SsbKeys,
    content: object,
    { durable = [], isPatient = false }: PublishOptions = {},
  ): Promise<PublishedMessage> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new CodedError('publisher-closed', 'the node is closing'))
      const foreign = this.#notOnDisk(durable)
      // Told to whoever publishes, once the job has its turn.
      foreign.catch(() => undefined)
      this.#queue.push({ keys, content, foreign, isPatient, resolve, reject })
      if (!this.#busy) this.#running = this.#run()
    })
  }

  async #notOnDisk(keys: readonly MessageKey[]): Promise<readonly ClassicMessage[]> {
    const needed = await Promise.all(keys.map((key) => this.context.notOnDisk(key)))
    return needed.filter((message) => message !== null)
  }

  /** Takes nothing more; resolves when what was taken is on disk and added. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  async #run(): Promise<void> {
    this.#busy = true
    while (this.#queue.length > 0) {
      const ready = await this.#ready(this.#queue.splice(0, BATCH_SIZE))
      const signed = this.#sign(ready)
      if (signed.length > 0) await this.#commit(signed)
    }
    this.#busy = false
  }

  async #ready(jobs: readonly Job[]): Promise<ReadyJob[]> {
    const ready: ReadyJob[] = []
    for (const job of jobs) {
      try {
        ready.push({ job, foreign: await job.foreign })
      } catch (error) {
        job.reject(error)
      }
    }
    return ready
  }

  #sign(jobs: readonly ReadyJob[]): SignedJob[] {
    const tails = new Map<FeedId, ClassicMessage | null>()
    const signed: SignedJob[] = []
    for (const { job, foreign } of jobs) {
      const feed = job.keys.id
      try {
        const message = this.#signOne(job, tails.get(feed) ?? this.context.tail(feed))
        tails.set(feed, message)
        signed.push({ job, foreign, message, key: this.context.keyOf(message) })
      } catch (error) {
        job.reject(error)
      }
    }
    return signed
  }

  #signOne({ keys, content }: Job, previous: ClassicMessage | null): ClassicMessage {
    if ((previous?.sequence ?? 0) < this.context.promised(keys.id)) {
      throw new CodedError('own-feed-incomplete', 'own messages are missing', { feed: keys.id })
    }
    const timestamp = Math.max(this.context.nowMs(), (previous?.timestamp ?? 0) + 1)
    const message = this.#signChecked(keys, content, timestamp, previous)
    const size = classicSize(message)
    if (size > MESSAGE_SIZE_LIMIT) throw tooLarge(size)
    if (!isKeptWhole(content)) throw new CodedError('message-invalid', 'peers would refuse this message')
    return message
  }

  #signChecked(
    keys: SsbKeys,
    content: object,
    timestamp: number,
    previous: ClassicMessage | null,
  ): ClassicMessage {
    try {
      return this.context.sign(keys, content, timestamp, previous)
    } catch (cause) {
      const size = JSON.stringify(content, null, 2).length
      if (size > MESSAGE_SIZE_LIMIT) throw tooLarge(size)
      throw new CodedError('message-invalid', 'SSB does not allow this content', {}, { cause })
    }
  }

  async #commit(signed: readonly SignedJob[]): Promise<void> {
    try {
      await this.context.write(recordsOf(signed))
    } catch (error) {
      await this.#failed(signed, error)
      return
    }
    this.context.onWrite(null)
    for (const { job, key, message } of signed) {
      if (this.context.add(message)) job.resolve({ key, message })
      else
        job.reject(
          new CodedError('own-feed-moved', 'the log refused an own message', { feed: message.author }),
        )
    }
    await this.context.onAdded()
  }

  /** What may wait stands first in the queue again, and is signed anew on top of what is there then. */
  async #failed(signed: readonly SignedJob[], error: unknown): Promise<void> {
    this.context.onWrite(error)
    const waits = ({ isPatient }: Job): boolean =>
      isPatient && !this.#closed && isCoded(error, 'wal-write-failed')
    const jobs = signed.map(({ job }) => job)
    for (const job of jobs) if (!waits(job)) job.reject(error)
    this.#queue.unshift(...jobs.filter(waits))
    if (this.#queue.length > 0) await this.context.wait(RETRY_MS)
  }
}

/** The messages of others come before the one that needs them, each once. */
const recordsOf = (signed: readonly SignedJob[]): WalRecord[] => {
  const written = new Set<ClassicMessage>()
  return signed.flatMap(({ foreign: others, message }): WalRecord[] => {
    const needed = others.filter((other) => !written.has(other))
    for (const other of needed) written.add(other)
    return [
      ...needed.map((other) => ({ kind: 'foreign', message: other }) as const),
      { kind: 'own', message },
    ]
  })
}

const tooLarge = (size: number): CodedError =>
  new CodedError('message-too-large', `a message has at most ${MESSAGE_SIZE_LIMIT} characters`, {
    size,
    limit: MESSAGE_SIZE_LIMIT,
  })
