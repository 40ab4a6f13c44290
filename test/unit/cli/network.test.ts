import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { openDevnet } from '../../../src/cli/devnet/create.js'
import { findFeed, namedFeeds } from '../../../src/cli/feeds/feed-names.js'
import { newDraft, readDraft, writeDraft } from '../../../src/cli/network/draft.js'
import { loadNodeConfig } from '../../../src/node/config.js'
import { generateNodeIdentity, loadNetworkFile } from '../../../src/roles/index.js'
import { memberDirectories } from '../../support/member-directory.js'
import { temporaryDirectory } from '../../support/temporary.js'

describe('the draft of a network', () => {
  it('is read as it was written, for its owner only', async () => {
    const path = join(await temporaryDirectory(), 'draft.json')
    const draft = newDraft(generateNodeIdentity().id, {
      capacity: { transactions: 77 },
      minimumFee: 2n ** 60n,
    })
    await writeDraft(path, draft)
    expect(await readDraft(path)).toEqual(draft)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await expect(writeDraft(path, draft)).rejects.toMatchObject({ code: 'file-exists' })
  })

  it('is refused where something is missing or wrong', async () => {
    const path = join(await temporaryDirectory(), 'draft.json')
    await writeFile(path, '{"parameters":{}}')
    await expect(readDraft(path)).rejects.toMatchObject({ code: 'network-draft-malformed' })
    const small = { capacity: { transactions: 1 } }
    expect(() => newDraft(generateNodeIdentity().id, small)).toThrow(
      expect.objectContaining({ code: 'capacity-transactions-too-small' }),
    )
  })
})

describe('the directory of a devnet', () => {
  const wanted = (directory: string) => ({ directory, validators: undefined, messagenodes: undefined })

  it('is made once, with members that could start, and then opened as it is', async () => {
    const directory = join(await temporaryDirectory(), 'net')
    const first = await openDevnet({ ...wanted(directory), validators: 2, messagenodes: 1 })
    expect(first.continued).toBe(false)
    for (const name of ['validator-1', 'validator-2', 'messagenode-1', 'observer-1', 'registrar']) {
      const { member } = await loadNodeConfig({ directory: join(directory, name) })
      expect(member.name).toBe(name)
    }
    const again = await openDevnet(wanted(directory))
    expect(again.continued).toBe(true)
    expect(again.network.chainId).toBe(first.network.chainId)
    await expect(openDevnet({ ...wanted(directory), validators: 4 })).rejects.toMatchObject({
      code: 'devnet-mismatch',
    })
    expect(await readdir(join(directory, '..'))).toEqual(['net'])
  })

  it('gives every listener a port of its own', async () => {
    const { network } = await openDevnet(wanted(join(await temporaryDirectory(), 'net')))
    const ports = network.members.flatMap(({ addresses: { ssb, http } }) => [
      ...(ssb === null ? [] : [ssb.port]),
      ...(http === null ? [] : [Number(new URL(http).port)]),
    ])
    expect(ports.length).toBe(2 * 7 + 2)
    expect(new Set(ports).size).toBe(ports.length)
  })
})

it('finds feeds by id, by role and by what stands in them', async () => {
  const { networkFile } = await memberDirectories(await temporaryDirectory())
  const feeds = namedFeeds(await loadNetworkFile(networkFile))
  const sealer = findFeed(feeds, 'validator-1/sealer')
  expect(findFeed(feeds, 'validator-1/seal')).toBe(sealer)
  expect(findFeed(feeds, sealer.feed)).toBe(sealer)
  expect(sealer).toMatchObject({ role: 'sealer', type: 'seal' })
  expect(feeds.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['main', 'transaction', 'block', 'sealed']),
  )
  for (const text of ['validator-9/seal', 'validator-1/nothing', generateNodeIdentity().id]) {
    expect(() => findFeed(feeds, text)).toThrow(expect.objectContaining({ code: 'feed-unknown' }))
  }
  expect(await readFile(networkFile, 'utf8')).toContain(sealer.feed)
})
