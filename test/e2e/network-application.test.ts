import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, expect, it } from 'vitest'

import type { Hash } from '../../src/feeds/index.js'
import { loadApplication } from '../../src/node/application.js'
import { verify } from '../../src/node/verify.js'
import { utf8 } from '../../src/util/index.js'
import {
  auditChain,
  changeOptions,
  LiveNetwork,
  runCommand,
  settledFeeds,
  verifyElsewhere,
} from '../support/live-network/index.js'

/** The nodes run another application than the ledger, because their configuration says so. */
const APPLICATION = fileURLToPath(new URL('../support/counter-application.mjs', import.meta.url))

let network: LiveNetwork

beforeAll(async () => {
  network = await LiveNetwork.create({ validators: 2, messagenodes: 1, application: APPLICATION })
  await network.start()
  await network.ready()
})

afterAll(() => network.close())

it('executes blocks by the application of the configuration, and proves its codes', async () => {
  for (const name of network.nodes) expect((await network.status(name)).application).toBe('test-counter')
  const [first, second] = network.validators.map((name) => network.client([name]))
  if (!first || !second) throw new Error('there are two validators')
  const refused = { code: 'transaction-refused', data: { name: 'no-number', result: 200 } }
  await expect(first.submit(utf8('one'))).rejects.toMatchObject(refused)

  // Neither validator knows of the other's number until a Messagenode carries it, so both accept.
  network.process('messagenode-1').freeze()
  const submitted = [await first.submit(utf8('60')), await second.submit(utf8('70'))]
  network.process('messagenode-1').thaw()
  const statuses = await Promise.all(submitted.map(({ hash }) => first.waitFor(hash as Hash, 'sealed')))
  expect(statuses.map(({ result }) => result?.name).sort()).toEqual(['executed', 'over-limit'])
  expect(statuses.map(({ result }) => result?.code).sort()).toEqual([0, 201])

  const feeds = (await settledFeeds(network)).get('messagenode-1') ?? new Map()
  const { blocks, state } = auditChain(network.network, await loadApplication(APPLICATION, verify), feeds)
  expect([60, 70]).toContain(state)
  expect(blocks.flatMap(({ transactions }) => transactions)).toHaveLength(2)

  const hashes = submitted.map(({ hash }) => hash as Hash)
  const { checked } = await verifyElsewhere(network, network.client(['messagenode-1']), hashes)
  expect(checked.map(({ code }) => code)).toEqual(statuses.map(({ result }) => result?.code))
})

it.each([
  ['is not there', 'nowhere.mjs', 'application-missing'],
  ['is no module', 'node.json', 'application-unusable'],
])('does not start with an application that %s', async (_what, application, code) => {
  const directory = network.dataDirectory('validator-1')
  await network.kill('validator-1')
  await changeOptions(directory, { application })
  const { exitCode, out, err } = await runCommand(['start', '--dir', directory])
  expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' })
  expect(err).toMatch(new RegExp(`^blockfin: .* \\(${code}\\)\\n$`))
})
