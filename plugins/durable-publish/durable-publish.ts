import { join } from 'node:path'

import { CodedError } from '../../src/util/index.js'
import type { ImmediateAdd } from '../immediate-add/index.js'
import type { KeyIndex } from '../key-index.js'
import type { LogTail } from '../log-tail.js'
import type { RecentMessages } from '../recent-messages.js'
import type {
  ClassicMessage,
  FeedFormat,
  FeedId,
  MessageKey,
  Sbot,
  SsbKeys,
  SsbPlugin,
} from '../types/index.js'
import { LooseMessages } from './loose-messages.js'
import type { PublishedMessage, PublishOptions } from './publisher.js'
import { Publisher } from './publisher.js'
import type { WalRecord } from './wal-record.js'
import type { WriteAheadLogOptions } from './write-ahead-log.js'
import { WriteAheadLog } from './write-ahead-log.js'

/** Cures D8 and D9: see {@link Publisher} for publishing, {@link WriteAheadLog} for what survives a crash. */
export interface DurablePublish {
  /** Replays what a crash kept out of the log. Once, before anything else. @throws CodedError */
  open(): Promise<Recovery>
  /** Signs content as the next message of a feed; resolves when it is on disk and peers may see it. */
  publish(keys: SsbKeys, content: object, options?: PublishOptions): Promise<PublishedMessage>
  /** Every write of own messages: null if it reached the disk, else what kept it from it. */
  onWrite(listener: (error: unknown) => void): void
  /** Keeps a verified message that is no part of the log (yet), for reading by key and for `durable`. */
  keepLoose(key: MessageKey, message: ClassicMessage): void
  looseByKey(key: MessageKey): ClassicMessage | undefined
  loose(): readonly (readonly [MessageKey, ClassicMessage])[]
}

export interface Recovery {
  /** Messages that were in the write-ahead log only. */
  readonly added: number
  /** Of these, own ones; and own ones that the log cannot take yet, because earlier ones are missing. */
  readonly ownAdded: number
  readonly ownMissing: number
  /** Of the write-ahead log: what could still be read of them was replayed. */
  readonly damagedSegments: number
}

type Neighbours = Sbot & {
  readonly logTail: LogTail
  readonly recentMessages: RecentMessages
  readonly keyIndex: KeyIndex
  readonly immediateAdd: ImmediateAdd
}

const FOLDER = 'wal'
const LOOSE_LIMIT = 1024
const CLASSIC = { encoding: 'js', feedFormat: 'classic' } as const

export interface DurablePublishOptions extends WriteAheadLogOptions {
  /** Own messages that are on disk, before anyone may see them. */
  readonly onSigned?: (messages: readonly ClassicMessage[]) => Promise<void>
}

export const durablePublish = (options: DurablePublishOptions = {}): SsbPlugin => ({
  name: 'durablePublish',
  version: '1.0.0',
  manifest: {},
  init(sbot: Neighbours, config): DurablePublish {
    const store = new DurableStore(sbot, join(String(config['path']), FOLDER), options)
    sbot.close.hook((original, parameters) => {
      store.close().then(
        () => original(...parameters),
        () => original(...parameters),
      )
      return undefined
    })
    return {
      open: () => store.open(),
      publish: (keys, content, options) => store.publish(keys, content, options),
      onWrite: (listener) => void store.writeListeners.push(listener),
      keepLoose: (key, message) => store.loose.put(key, message),
      looseByKey: (key) => store.loose.get(key),
      loose: () => store.loose.entries(),
    }
  },
})

class DurableStore {
  readonly loose = new LooseMessages(LOOSE_LIMIT)
  readonly writeListeners: ((error: unknown) => void)[] = []
  /** Highest sequence of each own feed that the write-ahead log knows and the log lacks. */
  readonly #promised = new Map<FeedId, number>()
  #log: WriteAheadLog | undefined
  readonly #publisher: Publisher

  constructor(
    private readonly sbot: Neighbours,
    private readonly directory: string,
    private readonly options: DurablePublishOptions,
  ) {
    this.#publisher = new Publisher({
      nowMs: () => Date.now(),
      tail: (feed) => sbot.db.getState().get(feed),
      promised: (feed) => this.#promised.get(feed) ?? 0,
      keyOf: (message) => this.#format().getMsgId(message),
      sign: (keys, content, timestamp, previous) => this.#sign(keys, content, timestamp, previous),
      notOnDisk: (key) => this.#notOnDisk(key),
      write: (records) => this.#write(records),
      add: (message) => this.#add(message),
      onAdded: () => this.#bound(),
      onWrite: (error) => {
        for (const listener of this.writeListeners) listener(error)
      },
      wait: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
    })
    sbot.logTail.onAppended(({ key }) => this.loose.delete(key))
    // The log holds one branch of a fork; the proof needs the other as well.
    sbot.immediateAdd.onEvidence(({ b }) => this.loose.put(this.#format().getMsgId(b), b))
  }

  async open(): Promise<Recovery> {
    const { log, records, damagedSegments } = await WriteAheadLog.open(this.directory, this.options)
    this.#log = log
    const recovery = { ...this.#replay(records), damagedSegments }
    log.coverRecovered(this.sbot.logTail.offset())
    this.sbot.logTail.onDurable((offset) => void this.#release(offset))
    return recovery
  }

  publish(keys: SsbKeys, content: object, options?: PublishOptions): Promise<PublishedMessage> {
    return this.#publisher.publish(keys, content, options)
  }

  async close(): Promise<void> {
    await this.#publisher.close()
    await this.#log?.close()
  }

  #replay(records: readonly WalRecord[]): Omit<Recovery, 'damagedSegments'> {
    const recovery = { added: 0, ownAdded: 0, ownMissing: 0 }
    for (const { kind, message } of records) {
      const tail = this.sbot.db.getState().get(message.author)?.sequence ?? 0
      if (message.sequence <= tail) continue
      if (message.sequence === tail + 1 && this.#add(message)) {
        recovery.added++
        if (kind === 'own') recovery.ownAdded++
        continue
      }
      const key = this.#format().getMsgId(message)
      this.loose.put(key, message)
      this.loose.markDurable(key)
      if (kind === 'own') {
        recovery.ownMissing++
        this.#promised.set(message.author, message.sequence)
        // Peers fill the gap; this one waits for its turn.
        this.sbot.immediateAdd.add(message)
      }
    }
    return recovery
  }

  #format(): FeedFormat {
    return this.sbot.db.findFeedFormatByName('classic')
  }

  #sign(keys: SsbKeys, content: object, timestamp: number, previous: ClassicMessage | null): ClassicMessage {
    const format = this.#format()
    return format.newNativeMsg({
      keys,
      content,
      timestamp,
      previous: previous === null ? null : { key: format.getMsgId(previous), value: previous },
    })
  }

  #add(message: ClassicMessage): boolean {
    let added = false
    this.sbot.db.addImmediately(message, this.#format(), CLASSIC, (error) => (added = !error))
    return added
  }

  async #notOnDisk(key: MessageKey): Promise<ClassicMessage | null> {
    this.loose.markDurable(key)
    const unsafe = this.sbot.logTail.pending(key)?.message ?? this.loose.get(key)
    if (unsafe !== undefined) return unsafe
    if (this.sbot.recentMessages.byKey(key) !== undefined) return null
    const stored = await new Promise((resolve) =>
      this.sbot.keyIndex.read(key, (_error, found) => resolve(found)),
    )
    if (stored !== undefined) return null
    throw new CodedError('durable-message-unknown', 'cannot make durable what is not held', { key })
  }

  async #write(records: readonly WalRecord[]): Promise<void> {
    await this.#opened().append(records)
    const own = records.flatMap(({ kind, message }) => (kind === 'own' ? [message] : []))
    await this.options.onSigned?.(own)
  }

  #opened(): WriteAheadLog {
    if (this.#log === undefined) throw new CodedError('wal-broken', 'the write-ahead log is not open')
    return this.#log
  }

  /** Keeps the write-ahead log small: a full segment is left behind, and goes when the log is on disk. */
  async #bound(): Promise<void> {
    const log = this.#opened()
    log.cover(this.sbot.logTail.offset())
    if (!log.isFull) return
    const carried = this.loose.durable().map((message) => ({ kind: 'foreign', message }) as const)
    // A full disk must not fail a publish that already succeeded: the segment grows until there is room.
    await log.rotate(carried).catch(() => undefined)
  }

  async #release(durableOffset: number): Promise<void> {
    // A segment that could not be removed is replayed once more at the next start, which changes nothing.
    await this.#log?.release(durableOffset).catch(() => undefined)
  }
}
