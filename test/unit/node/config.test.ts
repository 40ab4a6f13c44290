import { chmod, copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'

import { describe, expect, it, onTestFinished } from 'vitest'

import { loadNodeConfig, networkFileOf } from '../../../src/node/config.js'
import { serviceLimits } from '../../../src/node/service-limits.js'
import { VALIDATOR_ROLES } from '../../../src/roles/index.js'
import { memberDirectories, type MemberDirectories } from '../../support/member-directory.js'
import { temporaryDirectory } from '../../support/temporary.js'

const FREE = { ssb: { host: '127.0.0.1', port: 0 }, http: { host: '127.0.0.1', port: 0 } }

const made = async (): Promise<MemberDirectories> => memberDirectories(await temporaryDirectory())

const edit = async (path: string, change: (json: Record<string, unknown>) => unknown): Promise<void> => {
  const json = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
  await writeFile(path, JSON.stringify(change(json)))
}

const refusal = (code: string) => expect.objectContaining({ name: 'CodedError', code }) as unknown

describe('the configuration of a node', () => {
  it('brings options, network and keys together, frozen', async () => {
    const { validator, networkFile } = await made()
    const config = await loadNodeConfig({ directory: validator.root, listen: FREE })
    expect(config.member).toMatchObject({ kind: 'validator', name: 'validator-1', id: config.main.id })
    expect([...config.roles.keys()]).toEqual([...VALIDATOR_ROLES])
    expect(config).toMatchObject({
      ssb: FREE.ssb,
      http: FREE.http,
      application: null,
      logLevel: 'info',
      warnings: [],
    })
    expect(config.follow).toEqual(config.network.genesis.messagenodes.map(({ id }) => id))
    expect(Object.isFrozen(config)).toBe(true)
    expect(await networkFileOf(validator.root)).toBe(networkFile)
  })

  it('takes limits for clients, and hands each to the service that keeps it', async () => {
    const { validator } = await made()
    const limits = { connections: 7, eventStreamsPerAddress: 2, pendingPerAccount: 5 }
    await edit(validator.options, (json) => ({ ...json, limits, operators: ['10.0.0.9'] }))
    const config = await loadNodeConfig({ directory: validator.root, listen: FREE })
    expect(config.operators).toEqual(['10.0.0.9'])
    expect(serviceLimits(config.limits)).toEqual({
      limits: { connections: 7 },
      streams: { subscribersPerAddress: 2 },
      pending: { perSubmitter: 5 },
    })
  })

  const faults: readonly (readonly [string, (dirs: MemberDirectories) => Promise<unknown>])[] = [
    ['directory-missing', ({ validator }) => rm(validator.root, { recursive: true })],
    ['node-file-missing', ({ validator }) => rm(validator.options)],
    ['node-file-malformed', ({ validator }) => writeFile(validator.options, '{"kind":')],
    ['node-file-malformed', ({ validator }) => edit(validator.options, (json) => ({ ...json, colour: 1 }))],
    [
      'node-file-malformed',
      ({ validator }) => edit(validator.options, (json) => ({ ...json, ssb: { host: 'x' } })),
    ],
    [
      'node-file-malformed',
      ({ validator }) => edit(validator.options, (json) => ({ ...json, operators: ['everybody'] })),
    ],
    [
      'node-file-malformed',
      ({ validator }) => edit(validator.options, (json) => ({ ...json, limits: { connections: 0 } })),
    ],
    ['network-file-missing', ({ networkFile }) => rm(networkFile)],
    ['network-file-malformed', ({ networkFile }) => writeFile(networkFile, 'no json')],
    ['network-file-malformed', ({ networkFile, validator }) => copyFile(validator.options, networkFile)],
    [
      'network-file-tampered',
      ({ networkFile }) =>
        readFile(networkFile, 'utf8').then((text) =>
          writeFile(networkFile, text.replace('validator-1', 'validator-9')),
        ),
    ],
    ['key-file-missing', ({ validator }) => rm(validator.key('sealer'))],
    ['key-file-permissions', ({ validator }) => chmod(validator.key('sealer'), 0o644)],
    ['key-file-malformed', ({ validator }) => writeFile(validator.key('main'), '{}')],
    ['key-file-mismatch', ({ validator }) => copyFile(validator.key('sealer'), validator.key('committer'))],
    ['key-file-mismatch', ({ validator }) => copyFile(validator.key('sealer'), validator.key('main'))],
    ['key-file-mismatch', ({ validator }) => copyFile(validator.key('main'), validator.key('sealer'))],
    [
      'kind-mismatch',
      ({ validator, messagenode }) => copyFile(messagenode.key('main'), validator.key('main')),
    ],
    [
      'follow-unknown',
      ({ validator }) => edit(validator.options, (json) => ({ ...json, follow: ['nobody'] })),
    ],
    [
      'application-missing',
      ({ validator }) => edit(validator.options, (json) => ({ ...json, application: 'no.js' })),
    ],
  ]

  it.each(faults)('refuses with %s, and makes nothing', async (code, spoil) => {
    const dirs = await made()
    await spoil(dirs)
    const before = await readdir(dirs.root, { recursive: true })
    await expect(loadNodeConfig({ directory: dirs.validator.root, listen: FREE })).rejects.toEqual(
      refusal(code),
    )
    expect(await readdir(dirs.root, { recursive: true })).toEqual(before)
  })

  it('prunes nothing unless told, and no less than what its peers need', async () => {
    const { validator, messagenode } = await made()
    const load = (directory: string) => loadNodeConfig({ directory, listen: FREE })
    expect((await load(validator.root)).pruneBlocks).toBeNull()
    await edit(validator.options, (json) => ({ ...json, pruneBlocks: 1000 }))
    expect((await load(validator.root)).pruneBlocks).toBe(1000)
    await edit(messagenode.options, (json) => ({ ...json, pruneBlocks: 63 }))
    await expect(load(messagenode.root)).rejects.toEqual(refusal('node-file-malformed'))
  })

  it('refuses a network of which it is no member', async () => {
    const [own, other] = [await made(), await made()]
    const request = { directory: own.validator.root, networkFile: other.networkFile, listen: FREE }
    await expect(loadNodeConfig(request)).rejects.toEqual(refusal('member-unknown'))
  })

  it('refuses a port that is in use', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
    const taken = { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
    const { validator } = await made()
    for (const listen of [
      { ...FREE, ssb: taken },
      { ...FREE, http: taken },
    ]) {
      await expect(loadNodeConfig({ directory: validator.root, listen })).rejects.toEqual(
        refusal('port-unavailable'),
      )
    }
  })

  it('refuses a passphrase that is missing or wrong', async () => {
    const root = await temporaryDirectory()
    const { validator } = await memberDirectories(join(root, 'net'))
    const { loadKeyFile, writeKeyFile } = await import('../../../src/roles/index.js')
    const main = await loadKeyFile(validator.key('main'))
    await rm(validator.key('main'))
    await writeKeyFile(validator.key('main'), main, {
      passphrase: 'right',
      cost: { passes: 1, memoryKiB: 8 },
    })
    const request = { directory: validator.root, listen: FREE }
    await expect(loadNodeConfig(request)).rejects.toEqual(refusal('passphrase-needed'))
    await expect(loadNodeConfig({ ...request, passphrase: 'wrong' })).rejects.toEqual(
      refusal('passphrase-wrong'),
    )
    expect((await loadNodeConfig({ ...request, passphrase: 'right' })).main.id).toBe(main.id)
  })
})
