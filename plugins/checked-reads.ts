import bipf from 'bipf'

import { isClassicMessage, messageKeyOfValue } from '../src/feeds/index.js'
import { CodedError } from '../src/util/index.js'
import { expectShape } from './patch.js'
import type { ClassicMessage, SsbPlugin } from './types/index.js'

/**
 * What is read back from the disk is checked before anyone gets it: the log has no checksums, but every record carries
 * the hash of its message. A message that rotted on the disk while the node runs is not given out, to nobody; the next
 * start finds it, drops it and fetches it again (`src/node/log-repair.ts`).
 *
 * Code of the error: `record-damaged`.
 */
export interface CheckedReads {
  /** Called with the offset of every record that does not hold what its key says. */
  onDamage(listener: (offset: number) => void): void
}

export const checkedReads: SsbPlugin = {
  name: 'checkedReads',
  version: '1.0.0',
  manifest: {},
  init(sbot): CheckedReads {
    const listeners: ((offset: number) => void)[] = []
    const log = sbot.db.getLog()
    const { getRaw } = log
    expectShape('ssb-db2/log', typeof getRaw === 'function' && typeof log.getNativeMsg === 'function')
    log.getNativeMsg = (offset, _format, callback) =>
      getRaw(offset, (error, record) => {
        const message = error ? undefined : wholeMessage(record)
        if (message !== undefined) return callback(null, message)
        for (const listener of listeners) listener(offset)
        const cause = error ? { cause: error } : {}
        const damaged = new CodedError('record-damaged', 'a record of the log is damaged', { offset }, cause)
        return callback(damaged, undefined as never)
      })
    return { onDamage: (listener) => void listeners.push(listener) }
  },
}

const wholeMessage = (record: Buffer): ClassicMessage | undefined => {
  const { key, value } = decoded(record)
  return isClassicMessage(value) && messageKeyOfValue(value) === key ? value : undefined
}

/** Whatever stands there, as far as it can be read at all. */
const decoded = (record: Buffer): { readonly key?: unknown; readonly value?: unknown } => {
  try {
    return Object(bipf.decode(record, 0)) as object
  } catch {
    return {}
  }
}
