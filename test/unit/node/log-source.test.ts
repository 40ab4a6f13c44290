import { appendFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { FeedSource, SourceMessage } from '../../../src/audit/index.js'
import { openLogSource } from '../../../src/node/log-source.js'
import { writeBeginnings } from '../../../src/node/pruning/index.js'
import { SignedScene } from '../../support/evidence/index.js'
import { writeLog } from '../../support/log-of.js'
import { temporaryDirectory } from '../../support/temporary.js'

const scene = new SignedScene()
const values = Array.from({ length: 90 }, (_, index) => scene.lane(index % 4)).map((message) => ({
  key: message.key,
  value: scene.classic(message),
}))

const directoryWith = async (): Promise<{ readonly directory: string; readonly log: string }> => {
  const directory = await temporaryDirectory()
  const folder = join(directory, 'ssb', 'db2')
  await mkdir(folder, { recursive: true })
  const log = join(folder, 'log.bipf')
  await writeLog(log, values)
  return { directory, log }
}

const read = async (source: FeedSource): Promise<readonly SourceMessage[]> => {
  try {
    const messages: SourceMessage[] = []
    for await (const message of source.messages()) messages.push(message)
    return messages
  } finally {
    await source.close()
  }
}

describe('the log of a data directory, as a source of an audit', () => {
  it('gives every message in its order, and again by its position', async () => {
    const { directory } = await directoryWith()
    const source = await openLogSource(directory)
    const messages: SourceMessage[] = []
    for await (const message of source.messages()) messages.push(message)
    expect(messages.map(({ key }) => key)).toEqual(values.map(({ key }) => key))
    expect(messages.every(({ receivedAt }) => receivedAt === 1_700_000_000_000)).toBe(true)
    for (const { position, value } of [...messages].reverse())
      expect(await source.read(position)).toEqual(value)
    await source.close()
  })

  it('is refused where it is not, or empty', async () => {
    await expect(openLogSource(await temporaryDirectory())).rejects.toMatchObject({ code: 'source-missing' })
    const { directory, log } = await directoryWith()
    await truncate(log, 0)
    await expect(read(await openLogSource(directory))).rejects.toMatchObject({ code: 'source-missing' })
  })

  it('says where feeds begin of which lanes were pruned', async () => {
    const { directory } = await directoryWith()
    const [first] = values
    const accepted = first ? [{ feed: first.value.author, sequence: 1, key: first.key }] : []
    await writeBeginnings(join(directory, 'ssb'), { height: 7, accepted })
    const source = await openLogSource(directory)
    expect(source.beginnings).toEqual(accepted)
    await source.close()
  })

  it('is refused if it ends inside a block', async () => {
    const { directory, log } = await directoryWith()
    await appendFile(log, 'x')
    await expect(read(await openLogSource(directory))).rejects.toMatchObject({ code: 'source-damaged' })
  })

  it('is refused with any byte turned, but those of the local time of arrival', async () => {
    const { directory, log } = await directoryWith()
    const whole = await readFile(log)
    for (let offset = 3; offset < whole.length; offset += 9_973) {
      const changed = Buffer.from(whole)
      changed[offset] = (changed[offset] ?? 0) ^ 0x20
      await writeFile(log, changed)
      const messages = await read(await openLogSource(directory)).catch(
        (error: { code: string }) => error.code,
      )
      const isTime =
        Array.isArray(messages) && messages.some(({ receivedAt }) => receivedAt !== 1_700_000_000_000)
      expect(isTime ? 'source-damaged' : messages).toBe('source-damaged')
    }
  })

  it('gives what was added to its last block since it was read', async () => {
    const { directory, log } = await directoryWith()
    await writeLog(log, values.slice(0, -5))
    const source = await openLogSource(directory)
    for await (const { position } of source.messages()) await source.read(position)
    await writeLog(log, values)
    const keys: string[] = []
    for await (const { key, value, position } of source.messages()) {
      keys.push(key)
      expect(await source.read(position)).toEqual(value)
    }
    expect(keys).toEqual(values.map(({ key }) => key))
    await source.close()
  })

  it('waits for a block that is being written', async () => {
    const { directory, log } = await directoryWith()
    const whole = await readFile(log)
    await truncate(log, whole.length - 100)
    const reading = openLogSource(directory).then(read)
    setTimeout(() => void writeFile(log, whole), 120)
    expect(await reading).toHaveLength(values.length)
  })
})
