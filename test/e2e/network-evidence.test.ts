import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import type { EvidenceJson } from '../../src/api/index.js'
import { freePorts } from '../../src/cli/devnet/ports.js'
import { type Client, createClient } from '../../src/client/index.js'
import type { Hash } from '../../src/feeds/index.js'
import { dataDirectory } from '../../src/node/data-directory.js'
import type { NodeFile } from '../../src/node/config.js'
import { assert, utf8 } from '../../src/util/index.js'
import { TestAccount } from '../support/account.js'
import { eventually, LiveNetwork, NodeProcess, runCommand } from '../support/live-network/index.js'

/** Two instances of one validator, on copies of one disk: each signs on where the other does. */
const alice = new TestAccount('alice')
const bob = new TestAccount('bob')
const carol = new TestAccount('carol')

let network: LiveNetwork
let twin: NodeProcess

beforeAll(async () => {
  const balances = new Map([alice, bob, carol].map(({ id }) => [id, 1_000n]))
  network = await LiveNetwork.create({ validators: 4, messagenodes: 2, balances })
  await network.start()
  await network.ready()
})

afterAll(async () => {
  await twin.kill()
  await network.close()
})

const record = (account: TestAccount, text: string): Uint8Array =>
  account.record(network.network.chainId, utf8(text))

/** Starts a copy of a member's disk at other addresses, where it replicates with the network as the member does. */
const startTwinOf = async (name: string): Promise<Client> => {
  const directory = network.dataDirectory(name)
  const copy = `${directory}-twin`
  await cp(directory, copy, { recursive: true })
  const { options, log } = dataDirectory(copy)
  const file = JSON.parse(await readFile(options, 'utf8')) as NodeFile
  const host = network.member(name).addresses.ssb?.host ?? ''
  const [ssb, http] = await freePorts(host, 2)
  assert(ssb !== undefined && http !== undefined, 'two ports are free')
  await writeFile(options, JSON.stringify({ ...file, ssb: { host, port: ssb }, http: { host, port: http } }))
  twin = new NodeProcess(`${name}-twin`, ['start', '--dir', copy], log)
  await twin.started
  const client = createClient({ validators: [`http://${host}:${http}`], rounds: 1 })
  await eventually('the twin is ready', async () =>
    (await client.nodeStatus()).problems.length === 0 ? true : undefined,
  )
  return client
}

/** Of the lane: other feeds of the two instances fork as well, wherever both vote. */
const forkHeldBy = async (name: string): Promise<EvidenceJson | undefined> => {
  const { evidence } = await network.client([name]).evidence()
  return evidence.find(
    ({ code, proved, culprits }) =>
      code === 'feed-fork' && proved && culprits.some(({ role }) => role === 'transaction-validator'),
  )
}

const eventuallyOnRecord = (names: readonly string[]) =>
  Promise.all(names.map((name) => eventually(`${name} holds a proof`, () => forkHeldBy(name))))

it('whoever runs one validator twice is convicted on every node, for good', async () => {
  // Something stands in the lane already, and on the disk that is copied.
  const before = await network.client(['validator-1']).submit(record(alice, 'before'))
  await network.client(['validator-1']).waitFor(before.hash as Hash, 'sealed')
  await network.kill('validator-1')
  const other = await startTwinOf('validator-1')
  await network.start('validator-1')
  await network.ready('validator-1')

  // Neither hears of the other until both have signed on: their answers to clients are given by their disks alone.
  for (const name of network.messagenodes) network.process(name).freeze()
  await network.client(['validator-1']).submit(record(bob, 'one branch'))
  await other.submit(record(carol, 'the other branch'))
  for (const name of network.messagenodes) network.process(name).thaw()

  const proofs = await eventuallyOnRecord(network.nodes)
  const { id } = network.member('validator-1')
  for (const proof of proofs) {
    expect(proof.culprits).toEqual([{ owner: id, name: 'validator-1', role: 'transaction-validator' }])
  }
  for (const name of network.nodes) {
    const { findings, culprits } = await network.status(name)
    expect(findings['feed-fork']).toBeGreaterThan(0)
    expect(culprits).toEqual(['validator-1'])
  }
})

it('the instances themselves stop signing, and say why', async () => {
  await eventually('validator-1 has stopped', async () => {
    const { problems } = await network.status('validator-1')
    return problems.includes('halted') ? true : undefined
  })
  await expect(network.client(['validator-1']).submit(record(bob, 'more'))).rejects.toMatchObject({
    code: 'halted',
    data: { reason: 'own-key-equivocated' },
  })
})

it('the others close the lane, and go on', async () => {
  const names = network.nodes.filter((name) => name !== 'validator-1')
  for (const name of names) {
    await eventually(`the lane is closed at ${name}`, async () => {
      const { closedLanes } = await network.status(name)
      return closedLanes.includes(validatorLane('validator-1')) ? true : undefined
    })
  }
  const client = network.client(['validator-2'])
  const { hash } = await client.submit(record(alice, 'after'))
  expect(await client.waitFor(hash as Hash, 'sealed')).toMatchObject({ result: { outcome: 'executed' } })
})

const validatorLane = (name: string): string => {
  const member = network.member(name)
  assert(member.kind === 'validator', `${name} is a validator`)
  return member.roles['transaction-validator']
}

it('a proof outlives the nodes that hold it, and convinces a stranger with the network file alone', async () => {
  const [survivor] = network.messagenodes
  assert(survivor, 'there is a Messagenode')
  const held = (await forkHeldBy(survivor))?.hash
  assert(held, 'which holds the proof')
  await twin.kill()
  await network.kill()
  const folder = dataDirectory(network.dataDirectory(survivor)).evidence
  const file = join(folder, `${held}.proof.json`)
  const words = ['verify', file, '--network', network.networkFile]
  const checked = await runCommand(words)
  expect(checked).toMatchObject({ exitCode: 0, err: '' })
  expect(checked.out).toContain('proved (feed-fork): validator-1 (transaction-validator')

  const changed = join(network.directory, 'changed.json')
  await writeFile(changed, (await readFile(file, 'utf8')).replace('feed-fork', 'double-commit'))
  const refused = await runCommand(['verify', changed, '--network', network.networkFile])
  expect(refused).toMatchObject({ exitCode: 1, out: '' })
  expect(refused.err).toContain('(nothing-proved)')

  await network.start(survivor)
  expect(await forkHeldBy(survivor)).toMatchObject({ hash: held })
})
