import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadNetworkFile } from '../../../src/roles/index.js'
import { testNetwork } from '../../support/network.js'

const { file, network } = testNetwork()

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blockfin-network-'))
  path = join(folder, 'network.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const refused = (code: string) =>
  expect(loadNetworkFile(path)).rejects.toMatchObject({ name: 'CodedError', code })

describe('loading a network file', () => {
  it('gives the network', async () => {
    await writeFile(path, JSON.stringify(file, null, 2))
    expect(await loadNetworkFile(path)).toEqual(network)
  })

  it('says that it is missing', () => refused('network-file-missing'))

  it('says that it is no file', async () => {
    path = folder
    await refused('network-file-unreadable')
  })

  it('says that it is out of reach', async () => {
    await writeFile(path, '')
    path = join(path, 'below')
    await refused('network-file-unreadable')
  })

  it('says that it is not JSON', async () => {
    await writeFile(path, JSON.stringify(file).slice(0, -1))
    await refused('network-file-malformed')
  })

  it('says that it is no network file', async () => {
    await writeFile(path, '{}')
    await refused('network-file-malformed')
  })

  it('says that it was tampered with', async () => {
    await writeFile(path, JSON.stringify(file).replace('"1000000"', '"2000000"'))
    await refused('network-file-tampered')
  })
})
