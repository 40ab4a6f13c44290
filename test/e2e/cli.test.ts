import { chmod, copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'

import { describe, expect, it, onTestFinished } from 'vitest'

import { freePorts } from '../../src/cli/devnet/ports.js'
import { blockfin, startBlockfin } from '../support/blockfin.js'
import { memberDirectories, type MemberDirectories } from '../support/member-directory.js'
import { temporaryDirectory } from '../support/temporary.js'
import { waitUntil } from '../support/wait-until.js'

/** The built command from outside: words in, lines and exit codes out. */

const made = async (): Promise<MemberDirectories & { readonly ports: { ssb: number; http: number } }> => {
  const [ssb = 0, http = 0] = await freePorts('127.0.0.1', 2)
  const ports = { ssb, http }
  return { ...(await memberDirectories(await temporaryDirectory(), ports)), ports }
}

const oneLine = (code: string) => new RegExp(`^blockfin: [^\\n]+ \\(${code}\\)\\n$`)

describe('the blockfin command', () => {
  it('refuses to start on wrong files in one line, and opens nothing', async () => {
    const { validator, messagenode, networkFile, root } = await made()
    const start = ['start', '--dir', validator.root]
    const cases: readonly (readonly [string, readonly string[], () => Promise<unknown>])[] = [
      ['directory-missing', ['start', '--dir', join(root, 'none')], () => Promise.resolve()],
      ['network-file-missing', [...start, '--network', join(root, 'none.json')], () => Promise.resolve()],
      ['network-file-malformed', [...start, '--network', validator.registration], () => Promise.resolve()],
      ['file-missing', [...start, '--passphrase-file', join(root, 'none')], () => Promise.resolve()],
      ['key-file-permissions', start, () => chmod(validator.key('main'), 0o644)],
      [
        'kind-mismatch',
        start,
        () => rm(validator.key('main')).then(() => copyFile(messagenode.key('main'), validator.key('main'))),
      ],
      ['network-file-malformed', start, () => writeFile(networkFile, 'broken')],
    ]
    for (const [code, words, spoil] of cases) {
      await spoil()
      const { err, ...rest } = await blockfin(...words)
      expect(rest).toEqual({ code: 1, signal: null, out: '' })
      expect(err).toMatch(oneLine(code))
    }
    for (const opened of ['ssb', 'chain']) expect(await readdir(validator.root)).not.toContain(opened)
  })

  it('refuses a port in use', async () => {
    const { validator, ports } = await made()
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(ports.http, '127.0.0.1', resolve))
    onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
    const { code, err } = await blockfin('start', '--dir', validator.root)
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(oneLine('port-unavailable')) as string,
    })
    expect(await readdir(validator.root)).not.toContain('ssb')
  })

  it('runs a member once: a second process is refused until the first is gone, however it went', async () => {
    const { validator } = await made()
    const words = ['start', '--dir', validator.root]
    for (const signal of ['SIGKILL', 'SIGINT'] as const) {
      const first = startBlockfin(words)
      await waitUntil('the node listens', () => first.said().out.includes('listens on'), 30_000)
      const second = await blockfin(...words)
      expect(second).toMatchObject({ code: 1, out: '' })
      expect(second.err).toMatch(oneLine('directory-locked'))
      first.child.kill(signal)
      const { code, out } = await first.ended
      if (signal === 'SIGINT')
        expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/closed\n$/) as string })
    }
  })

  it('makes a network step by step, as its help says', async () => {
    const root = await temporaryDirectory()
    const at = (name: string) => join(root, name)
    const json = async (...words: string[]): Promise<Record<string, unknown>> => {
      const { code, out, err } = await blockfin(...words, '--json')
      expect({ code, err }).toEqual({ code: 0, err: '' })
      return JSON.parse(out) as Record<string, unknown>
    }
    await json(
      'registrar',
      'init',
      '--dir',
      at('registrar'),
      '--ssb',
      '127.0.0.1:20001',
      '--block-transactions',
      '500',
    )
    const draft = at('registrar/network-draft.json')
    const init = (kind: string, name: string, port: number) =>
      json(
        'init',
        '--kind',
        kind,
        '--name',
        name,
        '--network-draft',
        draft,
        '--dir',
        at(name),
        '--ssb',
        `127.0.0.1:${port}`,
      )
    await init('validator', 'validator-1', 20_002)
    await init('messagenode', 'messagenode-1', 20_003)
    await init('observer', 'archive', 20_004)
    const { account } = await json('account', 'new', '--out', at('alice.json'))
    const registrations = ['validator-1', 'messagenode-1', 'archive'].map((name) =>
      at(`${name}/registration.json`),
    )
    const sign = [
      'registrar',
      'sign',
      ...registrations,
      '--dir',
      at('registrar'),
      '--balance',
      `${String(account)}=100`,
    ]
    const signed = await json(...sign, '--out', at('network.json'))
    expect(signed).toMatchObject({ accounts: 1, networkFile: at('network.json') })
    expect(signed['members']).toHaveLength(4)
    const file = JSON.parse(await readFile(at('network.json'), 'utf8')) as {
      network: { parameters: object; balances: object }
    }
    expect(file.network).toMatchObject({
      parameters: { capacity: { transactions: 500 } },
      balances: { [String(account)]: '100' },
    })
    // Nothing that exists is overwritten.
    for (const words of [
      sign.concat('--out', at('network.json')),
      ['account', 'new', '--out', at('alice.json')],
    ]) {
      const again = await blockfin(...words)
      expect(again.code).toBe(1)
      expect(again.err).toMatch(/\((file|key-file)-exists\)\n$/)
    }
  })

  it('answers requests to nobody with one line', async () => {
    const { networkFile } = await made()
    const { code, err } = await blockfin('status', '--network', networkFile)
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(oneLine('unreachable')) as string })
  })
})
