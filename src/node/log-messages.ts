import type { ClassicMessage } from '../../plugins/types/index.js'
import type { FeedMessage, MessageKey } from '../feeds/index.js'
import { parseMessage } from '../feeds/index.js'
import { CodedError } from '../util/index.js'
import type { Ssb } from './ssb.js'
import bipf from 'bipf'

/**
 * @param moot last sequence of a feed that is left out.
 *
 * Gives every message of the log up to and including `lastOffset`, oldest first.
 *
 * @throws CodedError `log-unreadable`
 */
export const logMessages = async (
  ssb: Ssb,
  lastOffset: number,
  listener: (message: FeedMessage) => void,
  moot: Readonly<Record<string, number>> = {},
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
          if (value === null || offset > lastOffset || isMoot(value, moot)) return
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

const VALUE = bipf.allocAndEncode('value')
const AUTHOR = bipf.allocAndEncode('author')
const SEQUENCE = bipf.allocAndEncode('sequence')

/** Two fields are read in place: decoding whole messages is what a replay's time goes into. */
const isMoot = (record: Buffer, moot: Readonly<Record<string, number>>): boolean => {
  const value = bipf.seekKey2(record, 0, VALUE, 0)
  const last = moot[String(bipf.decode(record, bipf.seekKey2(record, value, AUTHOR, 0)))]
  return last !== undefined && Number(bipf.decode(record, bipf.seekKey2(record, value, SEQUENCE, 0))) <= last
}

interface LogEntry {
  readonly key: MessageKey
  readonly value: ClassicMessage
}
