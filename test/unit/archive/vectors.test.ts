import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { openArchive } from '../../../src/archive/index.js'
import { smallArchive } from '../../support/archive/index.js'
import { readVectors } from '../../support/read-vectors.js'
import { temporaryDirectory } from '../../support/temporary.js'

/** An archive packed by a program in Python: what the page says, and no more, is what the reader needs. */
const path = (name: string): string => fileURLToPath(new URL(`../../../${name}`, import.meta.url))
const VECTOR = path('test/vectors/archive/small.bfa')
const PAGE = path('docs/archive-format.md')
const expected = readVectors('archive/small') as Readonly<Record<string, unknown>>
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const python = spawnSync('python3', ['--version'], { encoding: 'utf8' })
const hasPython = python.status === 0
if (!hasPython)
  console.warn(`archive in Python: skipped, there is no python3 (${python.error?.message ?? 'it fails'})`)

describe('the archive of the vectors', () => {
  it('is read by its index and as a whole', async () => {
    const archive = await openArchive(VECTOR)
    await archive.verify()
    expect(archive.size).toBe(expected['bytes'])
    expect(archive.end).toMatchObject({
      index: expected['index'],
      textSha256: expected['textSha256'],
      sha256: expected['sha256'],
    })
    expect(archive.messageCount).toBe(18)
    await archive.close()
    expect(sha256(await readFile(VECTOR))).toBe(expected['fileSha256'])
  })

  it('has the very text that is written for the same contents', async () => {
    const { bytes, written } = await smallArchive()
    expect(written.textSha256).toBe(expected['textSha256'])
    const text = await readFile(path('test/vectors/archive/small.jsonl'), 'utf8')
    expect(gunzipSync(bytes).toString('utf8').startsWith(text)).toBe(true)
  })

  it('ends as the page shows', async () => {
    const shown = /```\n(000: 1f8b[^`]*)```/.exec(await readFile(PAGE, 'utf8'))?.[1] ?? ''
    const end = (await readFile(VECTOR)).subarray(-353)
    const rows = shown.split('\n').flatMap((line) => {
      const [, offset, hex] = /^([0-9a-f]{3}): ((?:[0-9a-f]{2,4} )*[0-9a-f]{2,4}) {2}/.exec(line) ?? []
      return offset === undefined || hex === undefined
        ? []
        : [[parseInt(offset, 16), hex.replaceAll(' ', '')] as const]
    })
    expect(rows).toHaveLength(9)
    for (const [offset, hex] of rows)
      expect([offset, end.subarray(offset, offset + hex.length / 2).toString('hex')]).toEqual([offset, hex])
  })
})

describe.skipIf(!hasPython)('the program on the page', () => {
  const program = async (): Promise<string> =>
    /```python\n([^`]*)```/.exec(await readFile(PAGE, 'utf8'))?.[1] ?? ''

  const run = async (archive: string): Promise<{ code: number | null; out: string; err: string }> => {
    const { status, stdout, stderr } = spawnSync('python3', ['-c', await program(), archive], {
      encoding: 'utf8',
    })
    return { code: status, out: stdout.trim(), err: stderr.trim() }
  }

  it('has ten lines', async () => {
    expect((await program()).trimEnd().split('\n')).toHaveLength(10)
  })

  it('reads what we write and what it packed itself', async () => {
    const ours = join(await temporaryDirectory(), 'a.bfa')
    await writeFile(ours, (await smallArchive()).bytes)
    for (const archive of [ours, VECTOR])
      expect(await run(archive)).toEqual({ code: 0, out: "18 Counter({'post': 18})", err: '' })
  })

  it('refuses a damaged one', async () => {
    const damaged = join(await temporaryDirectory(), 'a.bfa')
    const { bytes } = await smallArchive()
    bytes.writeUInt8(1, 4)
    await writeFile(damaged, bytes)
    expect((await run(damaged)).err).toContain('the archive is damaged')
  })
})
