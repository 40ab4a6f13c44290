import bipf from 'bipf'
import IndexBase from 'ssb-db2/indexes/plugin.js'

import { messageKeyOfValue } from '../src/feeds/index.js'
import { CodedError } from '../src/util/index.js'
import type { Callback, ClassicMessage, LogRecord, MessageKey, SsbPlugin } from './types/index.js'

/**
 * Message key to log offset. The stack's own lookup by key goes through a query engine and waits for every index to
 * drain, which under traffic may take for ever. What is found is checked against the key: an index that was put back
 * from an old copy must not give one message for another (`index-wrong`).
 */
export interface KeyIndex {
  /** Reads a message from disk; undefined if it is not there, or not indexed yet. */
  read(key: MessageKey, callback: Callback<ClassicMessage | undefined>): void
}

const INDEX_NAME = 'blockfinKeys'
const INDEX_VERSION = 1
const BIPF_KEY = bipf.allocAndEncode('key')

class OffsetByKey extends IndexBase {
  constructor(log: unknown, directory: string, configDb2?: unknown) {
    super(log, directory, INDEX_NAME, INDEX_VERSION, undefined, undefined, configDb2)
  }

  processRecord(record: LogRecord & { readonly value: Buffer }): void {
    const position = bipf.seekKey2(record.value, 0, BIPF_KEY, 0)
    if (position < 0) return
    const key = bipf.decode(record.value, position)
    if (typeof key === 'string') this.batch.push({ type: 'put', key, value: record.offset })
  }

  indexesContent(): boolean {
    return false
  }
}

export const keyIndex: SsbPlugin = {
  name: 'keyIndex',
  version: '1.0.0',
  manifest: {},
  init(sbot): KeyIndex {
    sbot.db.registerIndex(OffsetByKey)
    const index = sbot.db.getIndex(INDEX_NAME) as OffsetByKey
    return {
      read(key, callback) {
        index.level.get(key, (missing, offset) => {
          if (missing) return callback(null, undefined)
          sbot.db.getLog().getNativeMsg(Number.parseInt(offset, 10), 'classic', (error, message) => {
            if (error || messageKeyOfValue(message) === key) callback(error, message)
            else callback(indexWrong(key), undefined)
          })
        })
      },
    }
  },
}

const indexWrong = (key: MessageKey): CodedError =>
  new CodedError('index-wrong', 'an index names another message', { key })
