import { cp, readFile, writeFile } from 'node:fs/promises'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { freePorts } from '../../src/cli/devnet/ports.js'
import { loadVerifySignature } from '../../src/client/index.js'
import type { Hash } from '../../src/feeds/index.js'
import type { NodeFile } from '../../src/node/config.js'
import { dataDirectory } from '../../src/node/data-directory.js'
import { verifyEvidence } from '../../src/protocol/index.js'
import { assert, utf8 } from '../../src/util/index.js'
import { TestAccount } from '../support/account.js'
import {
  eventually,
  LiveNetwork,
  messagesOf,
  NodeProcess,
  readHeldFeeds,
} from '../support/live-network/index.js'

/** A Messagenode runs twice, on copies of one disk: both assemble, count and certify under one key. */
const alice = new TestAccount('alice')
const TWINNED = 'messagenode-2'
const BLOCKS = 8

let network: LiveNetwork
let twin: NodeProcess | undefined

beforeAll(async () => {
  const balances = new Map([[alice.id, 1_000n]])
  network = await LiveNetwork.create({ validators: 2, messagenodes: 2, balances })
  await network.start()
  await network.ready()
})

afterAll(async () => {
  await twin?.kill()
  await network.close()
})

const twinDirectory = (): string => `${network.dataDirectory(TWINNED)}-twin`

/** Starts a copy of the disk at other addresses. */
const startTwin = async (): Promise<void> => {
  await cp(network.dataDirectory(TWINNED), twinDirectory(), { recursive: true })
  const { options, log } = dataDirectory(twinDirectory())
  const file = JSON.parse(await readFile(options, 'utf8')) as NodeFile
  const host = network.member(TWINNED).addresses.ssb?.host ?? ''
  const [ssb, http] = await freePorts(host, 2)
  assert(ssb !== undefined && http !== undefined, 'two ports are free')
  await writeFile(options, JSON.stringify({ ...file, ssb: { host, port: ssb }, http: { host, port: http } }))
  twin = new NodeProcess(`${TWINNED}-twin`, ['start', '--dir', twinDirectory()], log)
  await twin.started
}

const sealRecord = async (): Promise<void> => {
  const client = network.client(['validator-1', 'validator-2'])
  const { hash } = await client.submit(alice.record(network.network.chainId, utf8(`record ${alice.nonce}`)))
  expect(await client.waitFor(hash as Hash, 'sealed')).toMatchObject({ result: { outcome: 'executed' } })
}

it('transactions go on being sealed while a Messagenode runs twice', async () => {
  await sealRecord()
  await network.kill(TWINNED)
  await startTwin()
  await network.start(TWINNED)
  for (let block = 0; block < BLOCKS; block++) await sealRecord()
})

// Whether the instances contradict each other depends on which of them a peer listens to, and when.
it('whatever its peers hold against anyone convinces a stranger, and names nobody else', async () => {
  const verify = await loadVerifySignature()
  const { id } = network.member(TWINNED)
  for (const name of [...network.validators, 'messagenode-1']) {
    const client = network.client([name])
    const { evidence } = await client.evidence()
    for (const { hash, culprits } of evidence.filter(({ proved }) => proved)) {
      const checked = verifyEvidence(network.network, await client.evidenceProof(hash as Hash), verify)
      expect(checked.verdict).toBe('accept')
      expect(culprits.map(({ owner }) => owner)).toEqual([id])
    }
  }
})

it('no two disks hold decisions that differ', async () => {
  const decisions = await eventually('the last decision is on a disk', async () => {
    const found = await decisionsOnDisks()
    return found.size > BLOCKS ? found : undefined
  })
  expect([...decisions.values()].filter(({ size }) => size !== 1)).toEqual([])
})

/** What every certificate on any disk says was decided, by height. */
const decisionsOnDisks = async (): Promise<ReadonlyMap<number, ReadonlySet<string>>> => {
  const directories = [...network.nodes.map((name) => network.dataDirectory(name)), twinDirectory()]
  const decisions = new Map<number, Set<string>>()
  for (const directory of directories) {
    for (const { body } of messagesOf(await readHeldFeeds(directory))) {
      if (body.type !== 'committed') continue
      const values = decisions.get(body.height) ?? new Set()
      decisions.set(body.height, values.add(`${body.block} ${body.xRoot}`))
    }
  }
  return decisions
}
