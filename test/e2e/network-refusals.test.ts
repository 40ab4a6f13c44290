import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { dataDirectory } from '../../src/node/data-directory.js'
import { changeOptions, LiveNetwork, runCommand } from '../support/live-network/index.js'

/** Whatever is wrong about a start is said in one line, before anything opens. */
let network: LiveNetwork
let other: LiveNetwork

beforeAll(async () => {
  const size = { validators: 1, messagenodes: 1 }
  network = await LiveNetwork.create(size)
  other = await LiveNetwork.create(size)
})

afterAll(() => Promise.all([network.close(), other.close()]))

/** Starts a member that must refuse, and gives the code that it refuses with. */
const refusal = async (name: string, ...words: readonly string[]): Promise<string> => {
  const directory = network.dataDirectory(name)
  const { exitCode, out, err } = await runCommand(['start', '--dir', directory, ...words])
  expect({ exitCode, out, err }).toEqual({
    exitCode: 1,
    out: '',
    err: expect.stringMatching(/^blockfin: [^\n]+ \([a-z-]+\)\n$/) as string,
  })
  return /\(([a-z-]+)\)\n$/.exec(err)?.[1] ?? ''
}

/** Neither feeds nor chain were opened there. */
const untouched = async (name: string): Promise<boolean> => {
  const found = await readdir(network.dataDirectory(name))
  return !found.includes('ssb') && !found.includes('chain')
}

describe('a member does not start', () => {
  it('with the network file of another network', async () => {
    expect(await refusal('validator-1', '--network', other.networkFile)).toBe('member-unknown')
    expect(await untouched('validator-1')).toBe(true)
  })

  it('with a network file that its registrar did not sign', async () => {
    const forged = join(network.directory, 'forged.json')
    const text = await readFile(network.networkFile, 'utf8')
    await writeFile(forged, text.replace('"batchMs": 40', '"batchMs": 41'))
    expect(await readFile(forged, 'utf8')).not.toBe(text)
    expect(await refusal('validator-1', '--network', forged)).toBe('network-file-tampered')
    expect(await untouched('validator-1')).toBe(true)
  })

  it.each([
    ['that is not there', 'nowhere.json', 'network-file-missing'],
    ['that is something else', 'registrar/node.json', 'network-file-malformed'],
  ])('with a network file %s', async (_what, file, code) => {
    expect(await refusal('validator-1', '--network', join(network.directory, file))).toBe(code)
    expect(await untouched('validator-1')).toBe(true)
  })

  it.each([
    ['of another role', 'committer'],
    ['of its node', 'main'],
  ] as const)('with the key file %s in the place of a role', async (_what, wrong) => {
    const { key } = dataDirectory(network.dataDirectory('validator-1'))
    const right = await readFile(key('sealer'))
    await copyFile(key(wrong), key('sealer'))
    expect(await refusal('validator-1')).toBe('key-file-mismatch')
    await writeFile(key('sealer'), right)
    expect(await untouched('validator-1')).toBe(true)
  })

  it('with the identity of a member of another network', async () => {
    const { key } = dataDirectory(network.dataDirectory('validator-1'))
    const right = await readFile(key('main'))
    await copyFile(dataDirectory(other.dataDirectory('validator-1')).key('main'), key('main'))
    expect(await refusal('validator-1')).toBe('member-unknown')
    await writeFile(key('main'), right)
  })

  it('as another kind of member than the network has it', async () => {
    const directory = network.dataDirectory('messagenode-1')
    await changeOptions(directory, { kind: 'observer' })
    expect(await refusal('messagenode-1')).toBe('kind-mismatch')
    await changeOptions(directory, { kind: 'messagenode' })
    expect(await untouched('messagenode-1')).toBe(true)
  })

  it.each(['ssb', 'http'] as const)('with its %s port in use', async (which) => {
    const { ssb, http } = network.member('validator-1').addresses
    const port = which === 'ssb' ? ssb?.port : Number(new URL(http ?? '').port)
    const taken = await listening(port ?? 0, ssb?.host ?? '')
    expect(await refusal('validator-1')).toBe('port-unavailable')
    await new Promise((resolve) => taken.close(resolve))
    expect(await untouched('validator-1')).toBe(true)
  })

  it('in a directory where another process runs, which goes on', async () => {
    await network.start()
    await network.ready()
    expect(await refusal('validator-1')).toBe('directory-locked')
    expect((await network.status('validator-1')).problems).toEqual([])
    expect(network.process('validator-1').isRunning).toBe(true)
  })
})

const listening = (port: number, host: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, host, () => resolve(server))
  })
