import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commands } from '../../../src/cli/commands/index.js'
import { run } from '../../../src/cli/kit/index.js'
import { type ClassicMessage, encodeBody, type FeedId, messageKeyOfValue } from '../../../src/feeds/index.js'
import { sign } from '../../../src/roles/index.js'
import { utf8 } from '../../../src/util/index.js'
import { bytesOf, contentsOf, replicaOf } from '../../support/archive/index.js'
import { writeLog } from '../../support/log-of.js'
import { testNetwork } from '../../support/network.js'
import { temporaryDirectory } from '../../support/temporary.js'

const network = testNetwork()
const { file, members } = network

/** The command line in this process. */
const blockfin = async (...words: string[]) => {
  const said = { out: '', err: '' }
  const code = await run(
    { name: 'blockfin', version: '0', description: '', epilogue: '' },
    commands({ entry: '', startNode: () => Promise.reject(new Error('no node is started here')) }),
    words,
    { out: (text) => (said.out += text), err: (text) => (said.err += text), interactive: false },
    new AbortController().signal,
  )
  return { code, ...said }
}

const [member] = members
const lane = member?.roles.find(({ role }) => role === 'transaction-validator')

/** Messages of the first validator's lane, each on top of the one before or of nothing. */
const signed = (sequence: number, previous: ClassicMessage | null, byte: number): ClassicMessage => {
  if (!lane) throw new RangeError('a validator has a lane')
  const unsigned = {
    previous: previous && messageKeyOfValue(previous),
    author: lane.id,
    sequence,
    timestamp: 1_700_000_000_000 + sequence,
    hash: 'sha256',
    content: encodeBody({ type: 'transaction', transactions: [new Uint8Array([byte])] }),
  } as const
  const signature = sign(lane, utf8(JSON.stringify(unsigned, null, 2)))
  return { ...unsigned, signature: `${signature}.sig.ed25519` }
}

const directoryWith = async (...values: readonly ClassicMessage[]): Promise<string> => {
  const directory = await temporaryDirectory()
  await mkdir(join(directory, 'ssb', 'db2'), { recursive: true })
  await writeFile(join(directory, 'network.json'), JSON.stringify(file))
  const stored = values.map((value) => ({ key: messageKeyOfValue(value), value }))
  await writeLog(join(directory, 'ssb', 'db2', 'log.bipf'), stored)
  return directory
}

const first = signed(1, null, 1)
const rival = signed(1, null, 2)

describe('blockfin audit', () => {
  it('ends with 0 where nothing is wrong', async () => {
    const { code, out } = await blockfin('audit', await directoryWith(first))
    expect({ code, last: out.trim().split('\n').at(-1) }).toEqual({ code: 0, last: 'clean' })
  })

  it('ends with 1 and writes proofs that verify, where two replicas disagree', async () => {
    const proofs = await temporaryDirectory()
    const sources = [await directoryWith(first), await directoryWith(rival)]
    const { code, out } = await blockfin('audit', ...sources, '--proofs', proofs, '--json')
    const report = JSON.parse(out) as {
      readonly clean: boolean
      readonly findings: readonly { readonly code: string; readonly culprits: readonly { owner: FeedId }[] }[]
      readonly proofFiles: readonly string[]
    }
    expect({ code, clean: report.clean }).toEqual({ code: 1, clean: false })
    expect(report.findings.map((finding) => finding.code)).toEqual(['feed-fork'])
    expect(report.findings[0]?.culprits.map(({ owner }) => owner)).toEqual([member?.owner.id])
    const [proof = ''] = report.proofFiles
    const checked = await blockfin('verify', proof, '--network', join(sources[0] ?? '', 'network.json'))
    expect(checked).toMatchObject({ code: 0, out: expect.stringContaining('proved (feed-fork)') as string })
    const text = await blockfin('audit', ...sources)
    expect(text.out).toContain(`finding       ${member?.name}`)
  })

  it('writes a page and tables, and replaces those of before', async () => {
    const into = join(await temporaryDirectory(), 'new')
    const [page, tables] = [join(into, 'audit.html'), join(into, 'tables')]
    const source = await directoryWith(first)
    for (let times = 0; times < 2; times++) {
      const { code, out } = await blockfin('audit', source, '--report', page, '--tables', tables)
      expect(code).toBe(0)
      expect(out).toContain(`report        ${page}`)
      expect(out).toContain(`votes         ${member?.name}: precommit 0, commit 0, seal 0 of 0`)
    }
    expect(await readFile(page, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\s*$/)
    const votes = await readFile(join(tables, 'votes.csv'), 'utf8')
    expect(votes.split('\n')[0]).toBe('validator,stage,given,missed,late,worstLate')
    expect((await blockfin('audit', source, '--report', join(page, 'below.html'))).code).toBe(2)
  })

  it('reads every replica of an archive, beside a directory', async () => {
    const stored = [first, rival].map((value) => ({ key: messageKeyOfValue(value), value }))
    const replicas = ['messagenode-1', 'validator-2'].map((name, index) =>
      replicaOf(network, name, stored.slice(index, index + 1)),
    )
    const { bytes } = await bytesOf(contentsOf(replicas, network))
    const archive = join(await temporaryDirectory(), 'feeds.bfa')
    await writeFile(archive, bytes)
    const { code, out } = await blockfin('audit', archive, await directoryWith(first))
    expect(code).toBe(1)
    expect(out).toContain(`source        ${archive}#messagenode-1, 1 messages`)
    expect(out).toContain('feed-fork')
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
    await writeFile(archive, bytes)
    expect((await blockfin('audit', archive)).code).toBe(2)
  })

  it.each(['a turned byte', 'no log', 'another network'])('ends with 2 on %s', async (name) => {
    const directory = await directoryWith(first)
    const log = join(directory, 'ssb', 'db2', 'log.bipf')
    const bytes = await readFile(log)
    if (name === 'a turned byte') {
      bytes[200] = (bytes[200] ?? 0) ^ 1
      await writeFile(log, bytes)
    }
    if (name === 'another network') await writeFile(join(directory, 'network.json'), '{}')
    const source = name === 'no log' ? await temporaryDirectory() : directory
    const { code, out, err } = await blockfin('audit', source, '--json')
    expect(code).toBe(2)
    expect(JSON.parse(out)).toMatchObject({ unreadable: {} })
    expect(err).toMatch(/^blockfin: .*\(.+\)\n$/)
  })
})
