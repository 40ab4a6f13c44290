import bipf from 'bipf'

import type { StoredMessage } from '../../plugins/exchange/index.js'
import { LogWriter } from '../../src/node/log-file.js'
import { scanLog } from '../../src/node/log-scan.js'
import type { MessageKey } from '../../src/feeds/index.js'

/** A log file as the stack writes it, without a stack. */
export const writeLog = async (path: string, messages: readonly StoredMessage[]): Promise<void> => {
  const writer = await LogWriter.create(path)
  for (const { key, value } of messages) await writer.add(recordOf(key, value))
  await writer.finish()
}

export const recordOf = (key: string, value: unknown): Buffer =>
  bipf.allocAndEncode({ key, value, timestamp: 1_700_000_000_000 })

/** Keys of what a log holds and can keep, in order. */
export const keysIn = async (path: string): Promise<readonly MessageKey[]> => {
  const keys: MessageKey[] = []
  await scanLog(path, (record) => void keys.push((bipf.decode(record, 0) as { key: MessageKey }).key))
  return keys
}
