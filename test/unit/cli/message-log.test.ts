import { appendFile, open, readFile, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import bipf from 'bipf'
import { describe, expect, it } from 'vitest'

import { countMessages, readMessageLog, type StoredMessage } from '../../../src/cli/feeds/message-log.js'
import { feedIdOf, messageKeyOf } from '../../../src/feeds/index.js'
import { temporaryDirectory } from '../../support/temporary.js'

const BLOCK = 64 * 1024
const never = new AbortController().signal
const author = feedIdOf(new Uint8Array(32).fill(7))

const record = (sequence: number, text = ''): Buffer => {
  const content = { type: 'transaction', data: { text } }
  const value = { previous: null, author, sequence, timestamp: 5, hash: 'sha256', content, signature: 'S' }
  const bytes = bipf.allocAndEncode({
    key: messageKeyOf(new Uint8Array(32).fill(sequence % 256)),
    value,
    timestamp: 6,
  })
  const length = Buffer.alloc(2)
  length.writeUInt16LE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** Blocks as async-append-only-log writes them: whole, and zero after the last record. */
const blocks = (...contents: readonly (readonly Buffer[])[]): Buffer =>
  Buffer.concat(
    contents.map((records) => {
      const block = Buffer.alloc(BLOCK)
      Buffer.concat(records).copy(block)
      return block
    }),
  )

const read = async (path: string): Promise<number[]> => {
  const sequences: number[] = []
  for await (const { sequence } of readMessageLog(path, { follow: false, stop: never }))
    sequences.push(sequence)
  return sequences
}

const fileWith = async (bytes: Buffer): Promise<string> => {
  const path = join(await temporaryDirectory(), 'log.bipf')
  await writeFile(path, bytes)
  return path
}

describe('the message log on disk', () => {
  it('gives messages as they were stored', async () => {
    const path = await fileWith(blocks([record(1, 'hello')]))
    const all: StoredMessage[] = []
    for await (const message of readMessageLog(path, { follow: false, stop: never })) all.push(message)
    expect(all).toEqual([
      {
        key: messageKeyOf(new Uint8Array(32).fill(1)),
        author,
        sequence: 1,
        previous: null,
        timestamp: 5,
        type: 'transaction',
        content: { type: 'transaction', data: { text: 'hello' } },
        signature: 'S',
      },
    ])
  })

  it('reads across blocks, also where one is filled to its end', async () => {
    const padding = BLOCK - record(1).length - record(2).length
    const filler = record(2, 'x'.repeat(padding))
    const full = BLOCK - record(1).length - filler.length
    const exact = full === 0 ? filler : record(2, 'x'.repeat(padding + full))
    expect(record(1).length + exact.length).toBe(BLOCK)
    expect(
      await read(await fileWith(blocks([record(1), exact], [record(3)], [record(4), record(5)]))),
    ).toEqual([1, 2, 3, 4, 5])
  })

  it('follows what is appended, in the same block and in the next', async () => {
    const path = await fileWith(blocks([record(1)]))
    const stop = new AbortController()
    const reader = readMessageLog(path, { follow: true, stop: stop.signal })
    const next = async (): Promise<number | undefined> => {
      const result = await reader.next()
      return result.done === true ? undefined : result.value.sequence
    }
    expect(await next()).toBe(1)
    const second = next()
    await overwrite(path, 0, blocks([record(1), record(2)]))
    expect(await second).toBe(2)
    const third = next()
    await appendFile(path, blocks([record(3)]))
    expect(await third).toBe(3)
    const fourth = next()
    stop.abort()
    expect(await fourth).toBeUndefined()
  })

  it('follows a log that was pruned meanwhile, and gives nothing twice', async () => {
    const path = await fileWith(blocks([record(1), record(2), record(3)]))
    const stop = new AbortController()
    const seen: number[] = []
    const reader = readMessageLog(path, { follow: true, stop: stop.signal })
    const next = async (): Promise<void> => {
      const result = await reader.next()
      if (result.done !== true) seen.push(result.value.sequence)
    }
    for (let count = 0; count < 3; count++) await next()
    const fourth = next()
    await writeFile(`${path}.pruned`, blocks([record(3), record(4)]))
    await rename(`${path}.pruned`, path)
    await fourth
    const fifth = next()
    await appendFile(path, blocks([record(5)]))
    await fifth
    expect(seen).toEqual([1, 2, 3, 4, 5])
    stop.abort()
    expect((await reader.next()).done).toBe(true)
  })

  it('waits for a record that is half written', async () => {
    const torn = blocks([record(1), record(2)])
    torn.fill(0, record(1).length + 2)
    const path = await fileWith(torn)
    const reader = readMessageLog(path, { follow: false, stop: never })
    expect((await reader.next()).value).toMatchObject({ sequence: 1 })
    const second = reader.next()
    await overwrite(path, 0, blocks([record(1), record(2)]))
    expect((await second).value).toMatchObject({ sequence: 2 })
  })

  it('tells of damage instead of ending early', async () => {
    const bad = blocks([record(1), record(2)], [record(3)])
    bad.fill(0xff, record(1).length + 2, record(1).length + 40)
    await expect(read(await fileWith(bad))).rejects.toMatchObject({ code: 'message-log-damaged' })
  })

  it('skips and counts', async () => {
    const path = await fileWith(blocks([record(1), record(2), record(3)]))
    const reader = readMessageLog(path, { follow: false, stop: never, skip: 2 })
    expect((await reader.next()).value).toMatchObject({ sequence: 3 })
    expect(await countMessages(path)).toBe(3)
    expect(await countMessages(`${path}.none`)).toBe(0)
    await expect(read(`${path}.none`)).rejects.toMatchObject({ code: 'message-log-missing' })
  })

  it('reads a file that its writer has not filled up to a block', async () => {
    const path = await fileWith(blocks([record(1), record(2)]))
    await truncate(path, record(1).length + record(2).length)
    expect(await read(path)).toEqual([1, 2])
    expect((await readFile(path)).length).toBeLessThan(BLOCK)
  })
})

const overwrite = async (path: string, position: number, bytes: Buffer): Promise<void> => {
  const file = await open(path, 'r+')
  try {
    await file.write(bytes, 0, bytes.length, position)
  } finally {
    await file.close()
  }
}
