import type { ClassicMessage } from '../../plugins/types/index.js'
import type { FeedMessage, MessageKey } from '../feeds/index.js'
import { parseMessage } from '../feeds/index.js'
import { CodedError } from '../util/index.js'
import type { Ssb } from './ssb.js'
import bipf from 'bipf'

/**
 * Gives every message of the log up to and including `lastOffset`, oldest first.
 *
 * @throws CodedError `log-unreadable`
 */
export const logMessages = async (
  ssb: Ssb,
  lastOffset: number,
  listener: (message: FeedMessage) => void,
): Promise<void> => {
  if (lastOffset < 0) return
  // The log streams only what is on disk.
  await new Promise<void>((resolve) => ssb.logTail.whenDurable(lastOffset, resolve))
  await new Promise<void>((resolve, reject) => {
    ssb.db
      .getLog()
      .stream({ gt: -1, decrypt: false })
      .pipe({
        paused: false,
        write({ offset, value }) {
          if (value === null || offset > lastOffset) return
          const { key, value: message } = bipf.decode(value, 0) as LogEntry
          listener(parseMessage(key, message))
        },
        end(cause) {
          if (!cause) resolve()
          else reject(new CodedError('log-unreadable', 'the SSB log could not be read', {}, { cause }))
        },
      })
  })
}

interface LogEntry {
  readonly key: MessageKey
  readonly value: ClassicMessage
}
