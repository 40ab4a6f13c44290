import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { openArchive, streamArchive } from '../../../src/archive/index.js'
import { encodeEnd } from '../../../src/archive/end.js'
import { encodeMember } from '../../../src/archive/member.js'
import { CodedError } from '../../../src/util/index.js'
import { inPieces, smallArchive } from '../../support/archive/index.js'
import { temporaryDirectory } from '../../support/temporary.js'

/** Archives whose hashes are all right and whose contents are not: made by whoever wants to hurt a reader. */

interface Part {
  holds: string
  text: string
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

/** @param spoilIndex changes the lines of the index. */
const forged = (
  parts: readonly Part[],
  spoilIndex: (lines: string[]) => string[] = (lines) => lines,
): Buffer => {
  const members: Buffer[] = []
  const entries: string[] = []
  let offset = 0
  for (const { holds, text } of parts) {
    const bytes = encodeMember(Buffer.from(text))
    const lines = text.split('\n').slice(0, -1)
    const feeds: [string, number, number][] = []
    for (const line of lines) {
      const value = holds === 'messages' ? parsedValue(line) : undefined
      if (!value) continue
      const last = feeds.at(-1)
      if (last?.[0] === value.author) last[2] = value.sequence
      else feeds.push([value.author, value.sequence, value.sequence])
    }
    const place = { type: 'chunk', holds, offset, length: bytes.length, sha256: sha256(bytes) }
    entries.push(
      JSON.stringify({ ...place, textLength: Buffer.byteLength(text), lines: lines.length, feeds }),
    )
    members.push(bytes)
    offset += bytes.length
  }
  const index = encodeMember(
    Buffer.from(
      spoilIndex(entries)
        .map((line) => `${line}\n`)
        .join(''),
    ),
  )
  const before = Buffer.concat([...members, index])
  const textSha256 = sha256(parts.map(({ text }) => text).join(''))
  const end = {
    index: { offset, length: index.length, sha256: sha256(index) },
    textSha256,
    sha256: sha256(before),
  }
  return Buffer.concat([before, encodeEnd(end)])
}

const parsedValue = (line: string): { author: string; sequence: number } | undefined => {
  try {
    return (JSON.parse(line) as { value: { author: string; sequence: number } }).value
  } catch {
    return undefined
  }
}

const sections = async (): Promise<{ head: string[]; evidence: string[]; messages: string[] }> => {
  const lines = gunzipSync((await smallArchive()).bytes)
    .toString('utf8')
    .split('\n')
  const of = (type: string) => lines.filter((line) => line.startsWith(`{"type":"${type}"`))
  return { head: [...of('header'), ...of('network')], evidence: of('evidence'), messages: of('message') }
}

const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')

const partsOf = (all: { head: string[]; evidence: string[]; messages: string[] }): Part[] => [
  { holds: 'head', text: joined(all.head) },
  { holds: 'evidence', text: joined(all.evidence) },
  { holds: 'messages', text: joined(all.messages) },
]

const codeOf = async (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'accepted',
    (error: unknown) => (error instanceof CodedError ? error.code : `no coded error: ${String(error)}`),
  )

const stream = async (bytes: Buffer): Promise<void> => {
  for await (const _content of streamArchive(inPieces(bytes, 64 * 1024)));
}

const verified = async (bytes: Buffer): Promise<void> => {
  const path = join(await temporaryDirectory(), 'a.bfa')
  await writeFile(path, bytes)
  const archive = await openArchive(path)
  await archive.verify().finally(() => archive.close())
}

const swap = (lines: string[], from: string | RegExp, to: string): string[] =>
  lines.map((line) => line.replace(from, to))

type Sections = Awaited<ReturnType<typeof sections>>

describe('a hostile archive', () => {
  it('made here is otherwise like any other', async () => {
    const { bytes } = await smallArchive()
    expect(forged(partsOf(await sections())).equals(bytes)).toBe(true)
  })

  const table: readonly (readonly [string, string, (all: Sections) => Sections])[] = [
    ['messages out of order', 'archive-corrupt', (all) => ({ ...all, messages: all.messages.toReversed() })],
    [
      'a message twice',
      'archive-corrupt',
      (all) => ({ ...all, messages: [...all.messages.slice(0, 1), ...all.messages] }),
    ],
    ['a message left out', 'archive-corrupt', (all) => ({ ...all, messages: all.messages.slice(1) })],
    ['evidence left out', 'archive-corrupt', (all) => ({ ...all, evidence: [] })],
    [
      'other evidence',
      'archive-corrupt',
      (all) => ({ ...all, evidence: swap(all.evidence, 'proof\\":1', 'proof\\":2') }),
    ],
    [
      'another text in a message',
      'archive-corrupt',
      (all) => ({ ...all, messages: swap(all.messages, 'trunk', 'trink') }),
    ],
    [
      'white space',
      'archive-corrupt',
      (all) => ({ ...all, messages: swap(all.messages, ',"value"', ', "value"') }),
    ],
    [
      'a field twice',
      'archive-corrupt',
      (all) => ({ ...all, messages: swap(all.messages, '"type"', '"type":0,"type"') }),
    ],
    [
      'a field more',
      'archive-corrupt',
      (all) => ({ ...all, messages: swap(all.messages, ',"value"', ',"x":1,"value"') }),
    ],
    [
      'a position beyond the log',
      'archive-corrupt',
      (all) => ({ ...all, messages: swap(all.messages, /\[0,0,/, '[0,9007199254740991,') }),
    ],
    [
      'one position for two messages',
      'archive-corrupt',
      (all) => ({ ...all, messages: swap(all.messages, /\[0,0,/, '[0,1,') }),
    ],
    [
      'more messages announced',
      'archive-corrupt',
      (all) => ({ ...all, head: swap(all.head, '"messages":13', '"messages":9007199254740991') }),
    ],
    [
      'another network id',
      'archive-foreign',
      (all) => ({ ...all, head: swap(all.head, /"networkId":"../, '"networkId":"00') }),
    ],
    [
      'another chain id',
      'archive-foreign',
      (all) => ({ ...all, head: swap(all.head, /"chainId":"../, '"chainId":"00') }),
    ],
    [
      'a changed network file',
      'archive-corrupt',
      (all) => ({ ...all, head: swap(all.head, '127.0.0.1', '127.0.0.2') }),
    ],
    [
      'a replica of nobody',
      'archive-foreign',
      (all) => ({ ...all, head: swap(all.head, '"name":"validator-2"', '"name":"validator-9"') }),
    ],
    [
      'another version',
      'archive-version',
      (all) => ({ ...all, head: swap(all.head, '"version":1', '"version":2') }),
    ],
    ['no header', 'archive-corrupt', (all) => ({ ...all, head: all.head.slice(1) })],
    [
      'a second header',
      'archive-corrupt',
      (all) => ({ ...all, head: [...all.head, ...all.head.slice(0, 1)] }),
    ],
    [
      'a line that is no JSON',
      'archive-corrupt',
      (all) => ({ ...all, messages: ['{"type":"message"', ...all.messages] }),
    ],
    [
      'a line of an unknown type',
      'archive-corrupt',
      (all) => ({ ...all, messages: ['{"type":"note"}', ...all.messages] }),
    ],
    ['lists nested without end', 'archive-corrupt', (all) => ({ ...all, messages: ['['.repeat(500_000)] })],
    [
      'a message nested without end',
      'archive-corrupt',
      ({ messages: [first = '', ...rest], ...all }) => {
        const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
        return { ...all, messages: [first.replace('"content":{', `"content":{"a":${nested},`), ...rest] }
      },
    ],
    [
      'a message longer than any',
      'archive-too-large',
      (all) => ({ ...all, messages: swap(all.messages, '"trunk 0"', `"${'x'.repeat(9000)}"`) }),
    ],
    [
      'a line longer than any',
      'archive-too-large',
      (all) => ({ ...all, messages: ['x'.repeat(1024 * 1024)] }),
    ],
  ]

  it.each(table)('with %s is refused', async (_name, code, change) => {
    const bytes = forged(partsOf(change(await sections())).filter(({ text }) => text !== ''))
    expect(await codeOf(stream(bytes))).toBe(code)
    expect(await codeOf(verified(bytes))).toMatch(/^archive-(corrupt|foreign|version|too-large)$/)
  })

  it.each([
    ['leaves a member out', (lines: string[]) => lines.slice(0, -1)],
    ['names a member twice', (lines: string[]) => [...lines, ...lines.slice(-1)]],
    ['is of other members', (lines: string[]) => swap(lines, /"sha256":"../, '"sha256":"00')],
    ['counts other lines', (lines: string[]) => swap(lines, /"lines":\d+/, '"lines":9007199254740991')],
    [
      'claims members of any size',
      (lines: string[]) => swap(lines, /"textLength":\d+/, '"textLength":9007199254740991'),
    ],
    ['has other ranges', (lines: string[]) => swap(lines, /",1,6\]/, '",1,7]')],
  ])('whose index %s is refused', async (_name, spoil) => {
    const bytes = forged(partsOf(await sections()), spoil)
    expect(await codeOf(stream(bytes))).toBe('archive-corrupt')
    expect(await codeOf(verified(bytes))).toMatch(/^archive-(corrupt|too-large)$/)
  })

  it('whose network file is cut in other places is refused', async () => {
    const all = await sections()
    const text = all.head
      .slice(1)
      .map((line) => (JSON.parse(line) as { text: string }).text)
      .join('')
    const parts = [text.slice(0, 10), text.slice(10)].map((part) =>
      JSON.stringify({ type: 'network', text: part }),
    )
    const head = [...all.head.slice(0, 1), ...parts]
    expect(await codeOf(stream(forged(partsOf({ ...all, head }))))).toBe('archive-corrupt')
  })

  it('whose end points before its beginning is refused', async () => {
    const { bytes } = await smallArchive()
    const offset = bytes.length - 353
    const index = { offset: -5, length: offset + 5, sha256: sha256('') }
    const end = encodeEnd({ index, textSha256: sha256(''), sha256: sha256(bytes.subarray(0, offset)) })
    expect(await codeOf(verified(Buffer.concat([bytes.subarray(0, offset), end])))).toBe('archive-corrupt')
  })

  it('cut into other members is refused', async () => {
    const { head, evidence, messages } = await sections()
    const parts = partsOf({ head, evidence, messages: messages.slice(0, 5) })
    const bytes = forged([...parts, { holds: 'messages', text: joined(messages.slice(5)) }])
    expect(await codeOf(stream(bytes))).toBe('archive-corrupt')
  })

  it('is refused before a bomb is inflated, or memory taken for what it claims', async () => {
    const bomb = encodeMember(Buffer.alloc(64 * 1024 * 1024))
    expect(bomb.length).toBeLessThan(128 * 1024)
    expect(await codeOf(stream(bomb))).toBe('archive-too-large')
    // One that lies about what it holds.
    bomb.writeUInt32LE(100, bomb.length - 4)
    const before = process.memoryUsage().rss
    expect(await codeOf(stream(bomb))).toBe('archive-too-large')
    const claims = encodeMember(Buffer.from('{}\n'))
    claims.writeUInt32LE(0xffff_ffff, 16)
    expect(await codeOf(stream(claims))).toBe('archive-too-large')
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024)
  })
})
