import { expectShape } from './patch.js'
import type { AppendOnlyLog, ClassicMessage, MessageKey, SsbPlugin, Unsubscribe } from './types/index.js'

/**
 * What was appended to the log, in order, and how much of it is on disk. Draining is no barrier in this stack
 * (it may fire before the caller's bytes are synced), so durability is judged by the log's `since`, which is set
 * after the sync. Loaded before ssb-ebt: a listener behind EBT's could miss a message when EBT appends another
 * one from inside its own.
 */
export interface AppendedMessage {
  readonly key: MessageKey
  readonly message: ClassicMessage
  /** Where it stands in the log. */
  readonly offset: number
}

export interface LogTail {
  /** Called with every message that enters the log, in order, before peers see it. */
  onAppended(listener: (appended: AppendedMessage) => void): Unsubscribe
  /** A message that is in the log but, so far, only in memory. */
  pending(key: MessageKey): AppendedMessage | undefined
  /** Offset of the newest record; -1 in an empty log. */
  offset(): number
  /** Offset up to which the log is on disk. */
  durableOffset(): number
  onDurable(listener: (offset: number) => void): Unsubscribe
  /** Calls back once the log is on disk up to this offset. */
  whenDurable(offset: number, then: () => void): void
}

export const logTail: SsbPlugin = {
  name: 'logTail',
  version: '1.0.0',
  manifest: {},
  init(sbot): LogTail {
    const log = sbot.db.getLog()
    const pending = new Map<MessageKey, AppendedMessage>()
    const listeners = new Set<(appended: AppendedMessage) => void>()
    let newest = -1

    const append = log.append
    expectShape('async-append-only-log', typeof append === 'function')
    log.append = (record, callback) =>
      append(record, (error, offset) => {
        if (!error) newest = offset
        callback(error, offset)
      })

    log.since((durable) => {
      newest = Math.max(newest, durable)
      for (const [key, { offset }] of pending) {
        if (offset > durable) break
        pending.delete(key)
      }
    })

    sbot.db.onMsgAdded(({ kvt, nativeMsg }) => {
      const appended = { key: kvt.key, message: nativeMsg, offset: newest }
      pending.set(appended.key, appended)
      for (const listener of listeners) listener(appended)
    }, false)

    // Stock, closing may take the file away from under a write.
    sbot.close.hook((original, parameters) => {
      whenDurable(log, newest, () => original(...parameters))
      return undefined
    })

    return {
      onAppended(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      pending: (key) => pending.get(key),
      offset: () => newest,
      durableOffset: () => log.since.value ?? -1,
      onDurable: (listener) => log.since(listener, false),
      whenDurable: (offset, then) => whenDurable(log, offset, then),
    }
  },
}

const whenDurable = (log: AppendOnlyLog, offset: number, then: () => void): void => {
  if ((log.since.value ?? -1) >= offset) return then()
  const unsubscribe = log.since((durable) => {
    if (durable < offset) return
    // Removing a listener while the observable calls its listeners would make it skip one.
    setImmediate(unsubscribe)
    setImmediate(then)
  }, false)
}
