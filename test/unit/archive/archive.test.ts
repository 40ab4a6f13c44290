import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  type Archive,
  ARCHIVE_CODES,
  type Content,
  type End,
  openArchive,
  streamArchive,
} from '../../../src/archive/index.js'
import { messageKeyOfValue } from '../../../src/feeds/index.js'
import { CodedError } from '../../../src/util/index.js'
import {
  branch,
  bytesOf,
  contentsOf,
  inPieces,
  replicaOf,
  small,
  smallArchive,
  smallReplicas,
} from '../../support/archive/index.js'
import { testNetwork } from '../../support/network.js'
import { at } from '../../support/protocol/index.js'
import { signedChain } from '../../support/signed-feed.js'
import { temporaryDirectory } from '../../support/temporary.js'

const opened = async (bytes: Buffer): Promise<Archive> => {
  const path = join(await temporaryDirectory(), 'a.bfa')
  await writeFile(path, bytes)
  return openArchive(path)
}

const streamed = async (bytes: Buffer): Promise<{ contents: Content[]; end: End }> => {
  const contents: Content[] = []
  const stream = streamArchive(inPieces(bytes))
  for (;;) {
    const { done, value } = await stream.next()
    if (done) return { contents, end: value }
    contents.push(value)
  }
}

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

const codeOf = async (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'accepted',
    (error: unknown) => (error instanceof CodedError ? error.code : `no coded error: ${String(error)}`),
  )

/** Opened by its index and read in full: what a program does that never streams. */
const readByIndex = async (bytes: Buffer): Promise<void> => {
  const archive = await opened(bytes)
  try {
    await all(archive.messages())
    await all(archive.evidence())
    for (const replica of archive.replicas.keys()) await all((await archive.replica(replica)).arrivals())
  } finally {
    await archive.close()
  }
}

describe('an archive', () => {
  it('gives back what each node held, in its order, with both branches of a fork', async () => {
    const { bytes, written } = await smallArchive()
    const archive = await opened(bytes)
    expect(archive.replicas.map(({ name, messages, evidence }) => [name, messages, evidence])).toEqual([
      ['messagenode-1', 13, 1],
      ['validator-2', 18, 0],
    ])
    const [messagenode, validator] = smallReplicas().toReversed()
    for (const [replica, source] of [messagenode, validator].entries()) {
      const arrivals = await all((await archive.replica(replica)).arrivals())
      expect(arrivals).toEqual(arrivals.map((_, position) => ({ position, ...source?.read(position) })))
      expect(arrivals).toHaveLength(archive.replicas[replica]?.messages ?? 0)
    }
    expect(archive.networkText).toBe(contentsOf([]).networkText)
    expect(archive.network.chainId).toBe(small.network.chainId)
    expect([archive.messageCount, archive.size]).toEqual([written.messages, bytes.length])
    expect((await all(archive.evidence())).map(({ replica, text }) => [replica, text])).toEqual([
      [0, '{"proof":1}'],
    ])
    await archive.verify()
    await archive.close()
  })

  it('holds each message once, as it was signed', async () => {
    const { contents, end } = await streamed((await smallArchive()).bytes)
    const messages = contents.flatMap((line) => (line.type === 'message' ? [line] : []))
    expect(new Set(messages.map(({ key }) => key)).size).toBe(18)
    expect(messages).toHaveLength(18)
    for (const { key, value } of messages) expect(messageKeyOfValue(value)).toBe(key)
    expect(contents.map(({ type }) => type).slice(0, 3)).toEqual(['head', 'evidence', 'message'])
    const archive = await opened((await smallArchive()).bytes)
    expect(archive.end).toEqual(end)
    await archive.close()
  })

  it('reads ranges of one feed', async () => {
    const archive = await opened((await smallArchive()).bytes)
    const [forked] = branch
    const feed = forked?.value.author ?? archive.network.registrar
    const found = await all(archive.feed(feed, 3, 4))
    expect(found.map(({ value: { author, sequence } }) => [author, sequence])).toEqual([
      [feed, 3],
      [feed, 4],
      [feed, 4],
    ])
    expect(found.map(({ key }) => key)).toContain(forked?.key)
    expect(await all(archive.feed(archive.network.registrar))).toEqual([])
    expect(archive.feeds.map(({ first, last }) => last - first + 1).sort()).toEqual([4, 5, 6])
    await archive.close()
  })

  it('is the same bytes whatever the order of its replicas, and text to any gzip tool', async () => {
    const { bytes } = await smallArchive()
    const reversed = await bytesOf(contentsOf(smallReplicas().toReversed()))
    expect(reversed.bytes.equals(bytes)).toBe(true)
    const lines = gunzipSync(bytes).toString('utf8').trimEnd().split('\n')
    const types = lines.map((line) => (JSON.parse(line) as { type: string }).type)
    expect(types.filter((type) => type === 'message')).toHaveLength(18)
    expect([types[0], types.at(-1)]).toEqual(['header', 'end'])
  })

  it('spreads long feeds over members, and reads only those that are asked for', async () => {
    const owner = at(small.members, 0).owner
    const long = signedChain(owner, 1500)
    const other = signedChain(at(small.members, 1).owner, 300)
    const { bytes } = await bytesOf(contentsOf([replicaOf(small, 'validator-1', [...other, ...long])]))
    const archive = await opened(bytes)
    const found = await all(archive.feed(owner.id, 700, 702))
    expect(found.map(({ key }) => key)).toEqual(long.slice(699, 702).map(({ key }) => key))
    expect((await all((await archive.replica(0)).arrivals())).map(({ key }) => key)).toEqual(
      [...other, ...long].map(({ key }) => key),
    )
    await archive.verify()
    await archive.close()
    const damaged = Buffer.from(bytes)
    damaged.writeUInt8(damaged.readUInt8(bytes.length - 100_000) ^ 1, bytes.length - 100_000)
    expect(await codeOf(streamed(damaged))).toBe('archive-corrupt')
  })

  it('of no messages at all is an archive', async () => {
    const { bytes } = await bytesOf(contentsOf([replicaOf(small, 'validator-1', [])]))
    expect((await streamed(bytes)).contents.map(({ type }) => type)).toEqual(['head'])
    await readByIndex(bytes)
  })
})

describe('bad input', () => {
  const flipped = (bytes: Buffer, place: number, bit: number): Buffer => {
    const damaged = Buffer.from(bytes)
    damaged.writeUInt8(damaged.readUInt8(place) ^ (1 << bit), place)
    return damaged
  }

  it('never takes a turned byte, wherever it stands', async () => {
    const { bytes } = await smallArchive()
    const turned = fc.tuple(fc.nat(bytes.length - 1), fc.nat(7))
    await fc.assert(
      fc.asyncProperty(turned, async ([place, bit]) => {
        const damaged = flipped(bytes, place, bit)
        for (const code of [await codeOf(streamed(damaged)), await codeOf(readByIndex(damaged))])
          expect(Object.keys(ARCHIVE_CODES)).toContain(code)
      }),
      { numRuns: 150 },
    )
  })

  it('never takes a turned bit of the frame of a member or of the end', async () => {
    const { bytes } = await smallArchive()
    const places = [
      ...Array.from({ length: 24 }, (_, i) => i),
      ...Array.from({ length: 353 }, (_, i) => bytes.length - 1 - i),
    ]
    for (const place of places)
      expect([place, await codeOf(streamed(flipped(bytes, place, place % 8)))]).not.toContain('accepted')
    for (const place of places.filter((_, index) => index % 4 === 0))
      expect([place, await codeOf(readByIndex(flipped(bytes, place, place % 8)))]).not.toContain('accepted')
  })

  it('never takes a part', async () => {
    const { bytes } = await smallArchive()
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        const part = bytes.subarray(0, length)
        expect(await codeOf(streamed(part))).toBe('archive-truncated')
        expect(await codeOf(readByIndex(part))).toMatch(/^archive-(truncated|corrupt)$/)
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    ['something behind it', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('x')]), 'archive-corrupt'],
    ['itself behind it', (bytes: Buffer) => Buffer.concat([bytes, bytes]), 'archive-corrupt'],
    ['another file', () => Buffer.from('a text that is no archive at all'), 'archive-malformed'],
    ['an empty file', () => Buffer.alloc(0), 'archive-truncated'],
  ])('refuses an archive with %s', async (_name, change, code) => {
    const { bytes } = await smallArchive()
    expect(await codeOf(streamed(change(bytes)))).toBe(code)
    expect(await codeOf(readByIndex(change(bytes)))).toMatch(/^archive-/)
  })

  it('refuses an archive of another network than was asked for, and a replica of another network', async () => {
    const path = join(await temporaryDirectory(), 'a.bfa')
    await writeFile(path, (await smallArchive()).bytes)
    const { network } = testNetwork({ validators: 3 })
    expect(await codeOf(openArchive(path, { network }))).toBe('archive-foreign')
    const stranger = { ...replicaOf(small, 'validator-1', []), member: small.registrar.id }
    expect(await codeOf(bytesOf(contentsOf([stranger])))).toBe('archive-foreign')
  })

  it('says so when there is no file, or it is none', async () => {
    const directory = await temporaryDirectory()
    expect(await codeOf(openArchive(join(directory, 'none')))).toBe('archive-missing')
    expect(await codeOf(openArchive(directory))).toBe('archive-unreadable')
  })
})
