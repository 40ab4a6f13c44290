import { describe, expect, it } from 'vitest'

import { type CheckedReads, checkedReads } from '../../../plugins/checked-reads.js'
import type { AppendOnlyLog, ClassicMessage, Sbot } from '../../../plugins/types/index.js'
import { generateNodeIdentity } from '../../../src/roles/index.js'
import { recordOf } from '../../support/log-of.js'
import { at } from '../../support/protocol/index.js'
import { signedChain } from '../../support/signed-feed.js'

/** A record that rots on the disk while the node runs is given to nobody. */
const chain = signedChain(generateNodeIdentity(), 2)
const [first, second] = [at(chain, 0), at(chain, 1)]
const sound = recordOf(first.key, first.value)

const flipped = (position: number): Buffer => {
  const copy = Buffer.from(sound)
  copy.writeUInt8(copy.readUInt8(position) ^ 1, position)
  return copy
}

const read = async (record: Buffer | Error) => {
  const log = {
    getRaw: (_offset: number, callback: (error: Error | null, value: Buffer) => void) =>
      record instanceof Error ? callback(record, Buffer.alloc(0)) : callback(null, record),
    getNativeMsg: () => undefined,
  } as unknown as AppendOnlyLog
  const reads = checkedReads.init({ db: { getLog: () => log } } as unknown as Sbot, {}, {}) as CheckedReads
  const damaged: number[] = []
  reads.onDamage((offset) => damaged.push(offset))
  const answer = await new Promise<ClassicMessage | Error>((resolve) =>
    log.getNativeMsg(7, 'classic', (error, message) => resolve(error ?? message)),
  )
  return { answer, damaged }
}

describe('a read from the log', () => {
  it('gives a message that is what its key says', async () => {
    expect(await read(sound)).toEqual({ answer: first.value, damaged: [] })
  })

  it('gives no message with one bit flipped, wherever it is, and says so', async () => {
    // Behind the key and the message stands the time of arrival, which nobody signed.
    const signed = sound.indexOf('timestamp', sound.indexOf('signature'))
    let refused = 0
    for (let position = 0; position < signed; position++) {
      const { answer, damaged } = await read(flipped(position))
      if (answer instanceof Error) refused++
      else expect(answer).toEqual(first.value)
      expect(damaged).toEqual(answer instanceof Error ? [7] : [])
    }
    // A few bits are only about how the record is written down.
    expect(refused).toBeGreaterThan(signed * 0.9)
  })

  const table: readonly (readonly [string, Buffer | Error])[] = [
    ['the message of another key', recordOf(first.key, second.value)],
    ['zeros', Buffer.alloc(sound.length)],
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('blockfin')],
    ['an error of the disk', new Error('EIO')],
  ]
  it.each(table)('gives no %s', async (_name, record) => {
    expect(await read(record)).toMatchObject({ answer: { code: 'record-damaged' }, damaged: [7] })
  })
})
