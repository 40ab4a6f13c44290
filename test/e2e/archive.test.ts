import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openArchive } from '../../src/archive/index.js'
import type { Hash } from '../../src/feeds/index.js'
import { TestAccount } from '../support/account.js'
import { blockfin } from '../support/blockfin.js'
import { faultsIn, LiveNetwork, readHeldFeeds } from '../support/live-network/index.js'

/** The built command on the directories of a network that runs, and on what it makes of them. */
const alice = new TestAccount('alice')

describe('archives of a running network', () => {
  let network: LiveNetwork
  const at = (name: string): string => join(network.directory, name)

  beforeAll(async () => {
    network = await LiveNetwork.create({
      validators: 4,
      messagenodes: 1,
      balances: new Map([[alice.id, 1_000n]]),
    })
    await network.start()
    await network.ready()
    await sealOne()
  })

  afterAll(() => network.close())

  const sealOne = async (): Promise<void> => {
    const client = network.client(network.nodes)
    const { hash } = await client.submit(alice.record(network.network.chainId, new Uint8Array([1])))
    await client.waitFor(hash as Hash, 'sealed')
  }

  it('are whole, are restored to the byte, and disturb no node', async () => {
    const directories = network.nodes.flatMap((name) => ['--dir', at(name)])
    const [exported] = await Promise.all([
      blockfin('export', ...directories, '--network', network.networkFile, '--out', at('all.bfa')),
      sealOne(),
    ])
    expect(exported).toMatchObject({ code: 0, err: '' })
    await sealOne()
    for (const name of network.nodes) expect((await network.status(name)).problems).toEqual([])

    const archive = await openArchive(at('all.bfa'), { network: network.network })
    expect(archive.replicas.map(({ name }) => name)).toEqual([...network.nodes].sort())
    await archive.close()

    expect(await blockfin('import', at('all.bfa'), '--dir', at('made'))).toMatchObject({ code: 0, err: '' })
    for (const name of network.nodes) {
      expect(await faultsIn(network.network, await readHeldFeeds(join(at('made'), name)))).toEqual([])
    }
    const made = network.nodes.flatMap((name) => ['--dir', join(at('made'), name)])
    expect(await blockfin('export', ...made, '--out', at('again.bfa'))).toMatchObject({ code: 0 })
    expect((await readFile(at('again.bfa'))).equals(await readFile(at('all.bfa')))).toBe(true)
  })
})
