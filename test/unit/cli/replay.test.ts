import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commands } from '../../../src/cli/commands/index.js'
import { run } from '../../../src/cli/kit/index.js'
import {
  type Body,
  type ClassicMessage,
  emptyBlock,
  encodeBody,
  messageKeyOfValue,
} from '../../../src/feeds/index.js'
import { type Role, sign } from '../../../src/roles/index.js'
import { utf8 } from '../../../src/util/index.js'
import { bytesOf, contentsOf, replicaOf } from '../../support/archive/index.js'
import { writeLog } from '../../support/log-of.js'
import { testNetwork } from '../../support/network.js'
import { temporaryDirectory } from '../../support/temporary.js'

const network = testNetwork()
const { file, members } = network
const { chainId } = network.network

/** The command line in this process; `keys` are what a person presses. */
const blockfin = async (words: readonly string[], keys?: readonly string[]) => {
  const said = { out: '', err: '' }
  const code = await run(
    { name: 'blockfin', version: '0', description: '', epilogue: '' },
    commands({ entry: '', startNode: () => Promise.reject(new Error('no node is started here')) }),
    words,
    {
      out: (text) => (said.out += text),
      err: (text) => (said.err += text),
      interactive: false,
      keys: () => (keys ? { width: 80, pressed: pressed(keys) } : null),
    },
    new AbortController().signal,
  )
  return { code, ...said }
}

async function* pressed(keys: readonly string[]): AsyncGenerator<string> {
  for (const key of keys) yield await Promise.resolve(key)
}

/** The first message of a member's feed. */
const signed = (kind: string, role: Role, body: Body): ClassicMessage => {
  const key = members
    .find((member) => member.registration.kind === kind)
    ?.roles.find((each) => each.role === role)
  if (!key) throw new RangeError('no such role')
  const unsigned = {
    previous: null,
    author: key.id,
    sequence: 1,
    timestamp: 1_700_000_000_000,
    hash: 'sha256',
    content: encodeBody(body),
  } as const
  const signature = sign(key, utf8(JSON.stringify(unsigned, null, 2)))
  return { ...unsigned, signature: `${signature}.sig.ed25519` }
}

const previous = emptyBlock(chainId, 0, null)
const messages = [
  signed('validator', 'transaction-validator', { type: 'transaction', transactions: [new Uint8Array([1])] }),
  signed('messagenode', 'empty-block-producer', {
    type: 'block',
    height: 1,
    previous,
    hash: emptyBlock(chainId, 1, previous),
  }),
].map((value) => ({ key: messageKeyOfValue(value), value }))

const [first] = members

/** A directory as that of the first member, who received both at 2023-11-14T22:13:20Z. */
const directory = async (): Promise<string> => {
  const root = await temporaryDirectory()
  await mkdir(join(root, 'ssb', 'db2'), { recursive: true })
  await writeFile(join(root, 'network.json'), JSON.stringify(file))
  await writeFile(join(root, 'registration.json'), JSON.stringify(first?.registration))
  await writeLog(join(root, 'ssb', 'db2', 'log.bipf'), messages)
  return root
}

const RECEIVED = '2023-11-14T22:13:20Z'

describe('blockfin replay', () => {
  it('shows what the member of a directory knew at a time', async () => {
    const source = await directory()
    const json = await blockfin(['replay', source, '--to', RECEIVED, '--query', 'supply', '--json'])
    expect(json.code).toBe(0)
    expect(JSON.parse(json.out)).toMatchObject({
      chainId,
      moments: [
        {
          viewpoint: { name: first?.name, source },
          received: { messages: 2, at: Date.parse(RECEIVED) },
          state: { height: 0, answers: [{ path: 'supply', answer: { fees: '0' } }] },
        },
      ],
    })
    const { out } = await blockfin(['replay', source, '--to', RECEIVED])
    expect(out).toMatch(/^viewpoint +\S+, \//)
    expect(out).toMatch(/^height +0 executed, 0 decided, 0 sealed$/m)
    expect(out).toMatch(/empty-block-producer +1 +%\S{7} +1$/m)
  })

  it('tells the life of a block, of a directory and of an archive', async () => {
    const { code, out } = await blockfin(['replay', await directory(), '--block', '1'])
    expect(code).toBe(0)
    expect(out).toMatch(/^height +1, not decided/m)
    expect(out).toMatch(/^ +0 +\S+ +slot +%\S{7} +opens the slot/m)
    expect(out).toContain('nothing at this height broke a rule')
    const { bytes } = await bytesOf(contentsOf([replicaOf(network, first?.name ?? '', messages)], network))
    const archive = join(await temporaryDirectory(), 'feeds.bfa')
    await writeFile(archive, bytes)
    const json = await blockfin(['replay', archive, '--block', '1', '--json'])
    expect(JSON.parse(json.out)).toMatchObject({
      height: 1,
      outcome: 'undecided',
      viewpoints: [{ name: first?.name }],
      events: [{ kind: 'slot', allowed: true, seen: [{ viewpoint: 0, order: 2 }] }],
    })
  })

  it('steps through it where a person presses keys, and prints all of it where none does', async () => {
    const source = await directory()
    const stepped = await blockfin(['replay', source, '--block', '1', '--step'], [' ', 'b', 'q', ' '])
    expect(stepped.err).toContain('1 of 1; space: next, b: back, q: quit')
    expect(stepped.out).toBe('nothing at this height broke a rule\n')
    const piped = await blockfin(['replay', source, '--block', '1', '--step'])
    expect(piped.out).toContain('opens the slot')
  })

  it.each([
    [['--to', '1'], 'height-not-reached'],
    [['--block', '2'], 'height-not-reached'],
    [['--to', '2023-11-14T22:13:19Z'], 'time-before-first'],
    [['--to', RECEIVED, '--as', 'nobody'], 'member-unknown'],
    [['--to', RECEIVED, '--as', members.at(-1)?.name ?? ''], 'viewpoint-missing'],
    [['--to', 'yesterday'], 'usage'],
    [['--to', '2023-11-14T22:13:19'], 'usage'],
    [['--to', '1', '--block', '1'], 'usage'],
    [['--to', '1', '--step'], 'usage'],
    [['--block', '1', '--query', 'supply'], 'usage'],
    [[], 'usage'],
  ])('refuses %j with one line', async (words, code) => {
    const result = await blockfin(['replay', await directory(), ...words])
    expect(result).toMatchObject({ code: 1, out: '' })
    expect(result.err).toMatch(new RegExp(`^blockfin: .+ \\(${code}\\)\\n$`))
  })

  it('refuses a directory without a log', async () => {
    const { code, err } = await blockfin(['replay', await temporaryDirectory(), '--to', '1'])
    expect({ code, err }).toMatchObject({
      code: 1,
      err: expect.stringContaining('(source-missing)') as string,
    })
  })
})
