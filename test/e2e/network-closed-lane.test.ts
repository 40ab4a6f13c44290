import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Hash } from '../../src/feeds/index.js'
import { loadApplication } from '../../src/node/application.js'
import { dataDirectory } from '../../src/node/data-directory.js'
import { verify } from '../../src/node/verify.js'
import { closeLaneOperations } from '../../src/protocol/index.js'
import { isRoleIdentity, lanesOf, loadKeyFile } from '../../src/roles/index.js'
import { assert, utf8 } from '../../src/util/index.js'
import { auditChain, eventually, LiveNetwork, settledFeeds } from '../support/live-network/index.js'
import { signedMessage } from '../support/signed-feed.js'

/**
 * A client hands a validator the proof that another one forked its lane. The lane closes for everybody, although the
 * nodes run an application that knows nothing of lanes.
 */
const APPLICATION = fileURLToPath(new URL('../support/counter-application.mjs', import.meta.url))
const CULPRIT = 'validator-4'

let network: LiveNetwork

beforeAll(async () => {
  network = await LiveNetwork.create({ messagenodes: 1, application: APPLICATION })
  await network.start()
  await network.ready()
})

afterAll(() => network.close())

/** The key of a validator's lane, and where it stands in the cut. */
const laneOf = async (name: string) => {
  const identity = await loadKeyFile(dataDirectory(network.dataDirectory(name)).key('transaction-validator'))
  assert(isRoleIdentity(identity), 'a lane is signed by a role key')
  return { identity, index: lanesOf(network.network.genesis).indexOf(identity.id) }
}

/** What nobody published, and what its author alone could sign. */
const forkBy = async (name: string) => {
  const { identity } = await laneOf(name)
  const branch = (letter: string) =>
    signedMessage(identity, undefined, { type: 'post', text: letter.repeat(7000) }).value
  return [branch('a'), branch('b')] as const
}

const problemsOf = async (name: string) => (await network.status(name)).problems

describe('a lane whose fork a client proves', () => {
  it('takes part in blocks until then', async () => {
    const { hash } = await network.client([CULPRIT]).submit(utf8('5'))
    await network.client(['validator-1']).waitFor(hash as Hash, 'sealed')
  })

  it('is closed once every part of the proof is executed, in whatever order they came', async () => {
    const carrier = await laneOf('validator-1')
    const operations = closeLaneOperations(...(await forkBy(CULPRIT)), carrier.identity.id)
    expect(operations.length).toBeGreaterThan(2)
    const client = network.client(['validator-1'])
    const elsewhere = network.client(['validator-2']).submit(operations[0] ?? utf8(''))
    await expect(elsewhere).rejects.toMatchObject({ data: { name: 'wrong-carrier' } })
    for (const operation of [...operations].reverse()) {
      const { hash } = await client.submit(operation)
      const { result } = await client.waitFor(hash as Hash, 'sealed')
      expect(result).toMatchObject({ code: 0, name: 'executed' })
    }
    const again = closeLaneOperations(...(await forkBy(CULPRIT)), (await laneOf('validator-2')).identity.id)
    const refused = network.client(['validator-2']).submit(again[0] ?? utf8(''))
    await expect(refused).rejects.toMatchObject({
      code: 'transaction-refused',
      data: { name: 'lane-closed' },
    })
  })

  it('leaves its validator without clients, also after a restart, and the others as they were', async () => {
    const isClosed = () =>
      eventually(`${CULPRIT} says that its lane is closed`, async () => {
        const problems = await problemsOf(CULPRIT)
        return problems.includes('lane-closed') && !problems.includes('not-ready') ? true : undefined
      })
    const refused = { code: 'lane-closed', data: { status: 503 } }
    await isClosed()
    await expect(network.client([CULPRIT]).submit(utf8('6'))).rejects.toMatchObject(refused)
    await network.kill(CULPRIT)
    await network.start(CULPRIT)
    await isClosed()
    await expect(network.client([CULPRIT]).submit(utf8('6'))).rejects.toMatchObject(refused)
    // A client that knows more than one validator merely goes on to the next.
    const { hash } = await network.client([CULPRIT, 'validator-2']).submit(utf8('7'))
    await network.client(['validator-2']).waitFor(hash as Hash, 'sealed')
    expect(await problemsOf('validator-2')).toEqual([])
  })

  it('stays where it was: the feeds of each node tell the same chain, sealed by all four', async () => {
    const { index } = await laneOf(CULPRIT)
    const application = await loadApplication(APPLICATION, verify)
    const held = await settledFeeds(network)
    const chains = network.nodes.map((name) =>
      auditChain(network.network, application, held.get(name) ?? new Map()),
    )
    for (const { blocks, state } of chains) {
      expect(state).toBe(12)
      const lanes = blocks.flatMap(({ transactions }) => transactions.map(({ lane }) => lane))
      expect(lanes.filter((lane) => lane === index)).toHaveLength(1)
    }
    expect(new Set(chains.map(({ blocks }) => blocks.at(-1)?.stateRoot)).size).toBe(1)
  })
})
