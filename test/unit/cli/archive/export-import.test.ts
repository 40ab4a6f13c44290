import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { beforeEach, describe, expect, it } from 'vitest'

import { messageLogPath } from '../../../../src/cli/feeds/message-log.js'
import { exportFeeds } from '../../../../src/cli/commands/export.js'
import { feedRead } from '../../../../src/cli/commands/feed.js'
import { importFeeds } from '../../../../src/cli/commands/import.js'
import { run } from '../../../../src/cli/kit/index.js'
import { dataDirectory } from '../../../../src/node/data-directory.js'
import { smallReplicas, small } from '../../../support/archive/index.js'
import { writeDirectory } from '../../../support/archive/log-directory.js'
import { testNetwork } from '../../../support/network.js'
import { temporaryDirectory } from '../../../support/temporary.js'

const about = { name: 'blockfin', version: '0', description: '', epilogue: '' }

const blockfin = async (...words: string[]): Promise<{ code: number; out: string; err: string }> => {
  const said = { out: '', err: '' }
  const streams = {
    out: (text: string) => void (said.out += text),
    err: (text: string) => void (said.err += text),
    interactive: false,
  }
  const table = [exportFeeds, importFeeds, feedRead]
  const code = await run(about, table, words, streams, new AbortController().signal)
  return { code, ...said }
}

let root: string
const at = (...names: string[]) => join(root, ...names)
const replica = (place: number) => {
  const source = smallReplicas()[place]
  if (!source) throw new Error(`there is no replica ${place}`)
  return source
}

beforeEach(async () => {
  root = await temporaryDirectory()
  await writeDirectory(at('validator-2'), small, replica(0))
  await writeDirectory(at('messagenode-1'), small, replica(1))
})

describe('export and import', () => {
  it('give the same bytes again, of one node and of several', async () => {
    for (const names of [['messagenode-1'], ['messagenode-1', 'validator-2']]) {
      const out = at(`${names.length}.bfa`)
      const exported = await blockfin('export', ...names.flatMap((name) => ['--dir', at(name)]), '--out', out)
      expect(exported).toMatchObject({ code: 0, err: '' })
      const made = at(`made-${names.length}`)
      expect(await blockfin('import', out, '--dir', made)).toMatchObject({ code: 0, err: '' })
      const again = names.length === 1 ? [made] : names.map((name) => join(made, name))
      // Their order on the command line does not matter.
      const words = again.toReversed().flatMap((directory) => ['--dir', directory])
      expect((await blockfin('export', ...words, '--out', `${out}.again`)).code).toBe(0)
      expect((await readFile(`${out}.again`)).equals(await readFile(out))).toBe(true)
    }
  })

  it('make directories from which feeds are read', async () => {
    await blockfin('export', '--dir', at('messagenode-1'), '--out', at('a.bfa'))
    await mkdir(at('made'))
    await blockfin('import', at('a.bfa'), '--dir', at('made'))
    const words = ['feed', 'read', 'messagenode-1/main', '--json', '--dir']
    const made = await blockfin(...words, at('made'))
    expect(made.out.trimEnd().split('\n')).toHaveLength(5)
    expect(made).toEqual(await blockfin(...words, at('messagenode-1')))
    expect(await readdir(at('made', 'evidence'))).toEqual(replica(1).evidence.map(({ name }) => name))
    expect(await readdir(root)).toEqual(['a.bfa', 'made', 'messagenode-1', 'validator-2'])
  })

  it('say in JSON what they did', async () => {
    const words = ['--dir', at('validator-2'), '--out', at('a.bfa'), '--json']
    const exported: unknown = JSON.parse((await blockfin('export', ...words)).out)
    expect(exported).toMatchObject({
      messages: 18,
      received: 18,
      replicas: ['validator-2'],
      file: at('a.bfa'),
    })
    const imported: unknown = JSON.parse(
      (await blockfin('import', at('a.bfa'), '--dir', at('b'), '--json')).out,
    )
    expect(imported).toMatchObject({ imported: [{ name: 'validator-2', messages: 18, directory: at('b') }] })
  })

  const refusals: readonly (readonly [string, string, () => Promise<unknown>, () => readonly string[]])[] = [
    [
      'a directory in use',
      'directory-in-use',
      nothing,
      () => ['import', at('a.bfa'), '--dir', at('validator-2')],
    ],
    ['a file that exists', 'file-exists', nothing, () => exporting('validator-2', 'a.bfa')],
    [
      'a turned byte',
      'archive-corrupt',
      async () => {
        const bytes = await readFile(at('a.bfa'))
        bytes.writeUInt8(bytes.readUInt8(2000) ^ 1, 2000)
        await writeFile(at('a.bfa'), bytes)
      },
      () => ['import', at('a.bfa'), '--dir', at('new')],
    ],
    [
      'half an archive',
      'archive-truncated',
      () => truncate(at('a.bfa'), 3000),
      () => ['import', at('a.bfa'), '--dir', at('new')],
    ],
    [
      'a damaged log',
      'message-log-damaged',
      async () => {
        const path = messageLogPath(dataDirectory(at('validator-2')).ssb)
        const bytes = await readFile(path)
        bytes.writeUInt8(bytes.readUInt8(700) ^ 1, 700)
        await writeFile(path, bytes)
      },
      () => exporting('validator-2', 'new.bfa'),
    ],
    ['a node that never ran', 'directory-missing', nothing, () => exporting('none', 'new.bfa')],
    [
      'one node twice',
      'replica-repeated',
      nothing,
      () => [...exporting('validator-2', 'new.bfa'), '--dir', at('validator-2')],
    ],
    [
      'two networks',
      'archive-foreign',
      async () => {
        const other = testNetwork({ validators: 3 })
        await mkdir(at('other'))
        await writeDirectory(at('other'), other, { ...replica(0), evidence: [] })
      },
      () => [...exporting('validator-2', 'new.bfa'), '--dir', at('other')],
    ],
    [
      'changed evidence',
      'evidence-changed',
      () => writeFile(at('validator-2', 'evidence', `${'ab'.repeat(32)}.proof.json`), '{}'),
      () => exporting('validator-2', 'new.bfa'),
    ],
    ['neither source', 'usage', nothing, () => ['export', '--out', at('new.bfa')]],
  ]

  const exporting = (name: string, out: string) => ['export', '--dir', at(name), '--out', at(out)]

  it.each(refusals)('refuse %s in one line, and leave nothing behind', async (_what, code, spoil, words) => {
    await blockfin('export', '--dir', at('messagenode-1'), '--out', at('a.bfa'))
    await spoil()
    const before = await readdir(root)
    const refused = await blockfin(...words())
    expect(refused).toMatchObject({ code: 1, out: '' })
    expect(refused.err).toMatch(new RegExp(`^blockfin: [^\\n]+ \\(${code}\\)\\n$`))
    expect(await readdir(root)).toEqual(before)
  })

  it('make tables of directories and of archives, and they are the same', async () => {
    await blockfin('export', '--dir', at('validator-2'), '--dir', at('messagenode-1'), '--out', at('a.bfa'))
    const dirs = ['--dir', at('messagenode-1'), '--dir', at('validator-2')]
    expect((await blockfin('export', ...dirs, '--out', at('one'), '--format', 'csv')).code).toBe(0)
    const words = ['--archive', at('a.bfa'), '--format', 'csv', '--out', at('two'), '--json']
    const told = JSON.parse((await blockfin('export', ...words)).out) as unknown
    expect(told).toMatchObject({ rows: { messages: 18, received: 31, votes: 0 } })
    const files = (await readdir(at('one'))).sort()
    expect(files).toEqual(
      ['blocks', 'certificates', 'messages', 'received', 'transactions', 'votes'].map(
        (name) => `${name}.csv`,
      ),
    )
    for (const file of files)
      expect(await readFile(at('one', file), 'utf8')).toBe(await readFile(at('two', file), 'utf8'))
    const received = (await readFile(at('one', 'received.csv'), 'utf8')).trimEnd().split('\n')
    expect(received[0]).toBe('key,replica,position,receivedAt')
    expect(received).toHaveLength(32)
  })
})

async function nothing(): Promise<void> {}
