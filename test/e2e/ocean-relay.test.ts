import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { dials } from '../../plugins/dialler/index.js'
import type { FeedId } from '../../src/feeds/index.js'
import { decodeTransaction, transactionId } from '../../src/ocean/codec/index.js'
import { writeJson } from '../../src/ocean/json/index.js'
import { openStore } from '../../src/ocean/node/storage/store.js'
import { generateNodeIdentity, type NodeIdentity, writeKeyFile } from '../../src/roles/index.js'
import { fromHex } from '../../src/util/index.js'
import { blockfin, type Running } from '../support/blockfin.js'
import { embedded } from '../support/ocean/embedded.js'
import {
  eventually,
  foundRelay,
  mine,
  prepareNodes,
  type RelayedNode,
  signedBlock,
  startNode,
} from '../support/ocean/relayed-nodes.js'
import { coinOf, signed, spend } from '../support/ocean/spending.js'
import { temporaryDirectory } from '../support/temporary.js'

const OUTPUTS = 600

/** The one free coin cut into many, and a way to spend each: more bytes than one message of SSB holds. */
const cutCoin = async () => {
  const on = await embedded(2, await temporaryDirectory())
  const free = coinOf(on, on.node.parameters.domainAsset)
  await on.node.close()
  if (!free) throw new Error('no free coin')
  const { value, script } = free.coin.output
  if (typeof value !== 'bigint') throw new Error('a blinded coin')
  const part = { ...free.coin.output, value: value / BigInt(OUTPUTS) }
  const cutting = signed(spend(free.outPoint, ...Array.from({ length: OUTPUTS }, () => part)), script)
  const txid = transactionId(decodeTransaction(fromHex(cutting)))
  return { cutting, txid, spending: (index: number) => signed(spend({ txid, index }, part), script) }
}

const heights = (nodes: readonly RelayedNode[]): Promise<number[]> =>
  Promise.all(nodes.map(({ client }) => client.getBlockCount()))

const reach = (height: number, ...nodes: readonly RelayedNode[]): Promise<void> =>
  eventually(`${nodes.map(({ name }) => name).join(', ')} at height ${height}`, async () =>
    (await heights(nodes)).every((each) => each === height),
  )

const waiting = async ({ client }: RelayedNode): Promise<number> =>
  ((await client.call('getrawmempool')) as readonly unknown[]).length

const connections = async ({ client }: RelayedNode): Promise<string> =>
  writeJson(await client.call('getconnectioncount'))

const forksAt = async ({ client }: RelayedNode) =>
  (await client.call('getforks')) as { kept: string; proof: string; signers: readonly string[] }[]

/** One that dials the others: of two, the one with the lower key does. */
const lowKey = (others: readonly RelayedNode[]): NodeIdentity => {
  for (let tries = 0; tries < 10_000; tries++) {
    const identity = generateNodeIdentity()
    if (others.every(({ id }) => dials(identity.id, id as FeedId))) return identity
  }
  throw new Error('no low key')
}

it('ties three nodes together, through kills, a late start, a fork and a stranger', async () => {
  const root = await temporaryDirectory()
  const [a, b, c, prepared] = (await prepareNodes(root, 'a', 'b', 'c', 'stranger')) as [
    RelayedNode,
    RelayedNode,
    RelayedNode,
    RelayedNode,
  ]
  const relay = await foundRelay(join(root, 'relay.json'), [a, b, c])
  const { cutting, spending } = await cutCoin()
  // Knows the network key, and stands in a file of its own making.
  const identity = lowKey([a, b, c])
  const stranger = { ...prepared, id: identity.id, key: join(root, 'low.key.json') }
  await writeKeyFile(stranger.key, identity)
  const { networkKey, members, version } = JSON.parse(await readFile(relay, 'utf8')) as {
    networkKey: string
    members: object[]
    version: number
  }
  const [host, port] = stranger.address.split(':')
  const forged = { version, networkKey, members: [...members, { id: identity.id, host, port: Number(port) }] }
  await writeFile(join(root, 'forged.json'), JSON.stringify(forged))
  const started = [startNode(a, relay), startNode(b, relay), startNode(stranger, join(root, 'forged.json'))]
  let [atA] = (await Promise.all(started)) as [Running]

  await mine(a)
  await reach(1, a, b)

  await b.client.sendRawTransaction(cutting)
  await eventually('the large transaction is at a', async () => (await waiting(a)) === 1)
  await mine(b)
  await reach(2, a, b)

  // Killed as soon as the caller has its answer, with or without having published the block.
  await Promise.all(Array.from({ length: 20 }, (_, index) => a.client.sendRawTransaction(spending(index))))
  const block = await signedBlock(a)
  expect(await a.client.submitBlock(block)).toBeNull()
  atA.child.kill('SIGKILL')
  await atA.ended
  atA = await startNode(a, relay)
  await reach(3, a, b)

  atA.child.kill('SIGKILL')
  await atA.ended
  for (let height = 4; height <= 6; height++) {
    await b.client.sendRawTransaction(spending(20 + height))
    await mine(b)
  }
  await b.client.sendRawTransaction(spending(40))
  atA = await startNode(a, relay)
  await reach(6, a, b)
  await eventually('what waits at b waits at a', async () => (await waiting(a)) === 1)

  await startNode(c, relay)
  await reach(6, a, b, c)
  await eventually('what waits at b waits at c', async () => (await waiting(c)) === 1)
  for (const node of [a, b, c]) {
    await eventually('each is connected to both others', async () => (await connections(node)) === '2')
  }
  const peers = (await c.client.call('getpeerinfo')) as { id: string; addr: string }[]
  expect(peers.map(({ id, addr }) => `${id} ${addr}`).sort()).toEqual(
    [a, b].map(({ id, address }) => `${id} ${address}`).sort(),
  )

  const first = await signedBlock(a)
  await b.client.sendRawTransaction(spending(41))
  await eventually('c has it too', async () => (await waiting(c)) === 2)
  const second = await signedBlock(c)
  expect(await a.client.submitBlock(first)).toBeNull()
  await reach(7, a, b, c)
  expect(await c.client.submitBlock(second)).toBe('inconclusive')
  await eventually('all know of the fork', async () =>
    (await Promise.all([a, b, c].map(forksAt))).every(({ length }) => length === 1),
  )
  const [fork] = await forksAt(b)
  expect(fork?.kept).toBe(await a.client.getBestBlockHash())
  expect(fork?.signers).toHaveLength(2)
  await eventually('the log of a tells it', () => Promise.resolve(atA.said().out.includes('"event":"fork"')))
  const verified = await blockfin('ocean', 'verify-fork', '--json', '--conf', a.conf, fork?.proof ?? '')
  expect(JSON.parse(verified.out)).toMatchObject({ height: 7, signers: fork?.signers })

  await eventually('a refused the stranger', () =>
    Promise.resolve(/"refused-connection".*"not-registered"/.test(atA.said().out)),
  )
  expect(await heights([stranger])).toEqual([0])
  expect(await connections(stranger)).toBe('0')

  const genesis = await a.client.getBlockHash(0)
  const running = [a, b, c]
  await Promise.all(running.map(({ client }) => client.call('stop')))
  await eventually('all are down', async () => {
    const answers = await Promise.allSettled(running.map(({ directory }) => openStore(directory, genesis)))
    const open = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
    const states = open.map(({ tip }) => tip)
    await Promise.all(open.map((store) => store.close()))
    if (open.length < running.length) return false
    // Best block and the sum over all coins.
    expect(states).toEqual([states[0], states[0], states[0]])
    expect(states[0]?.height).toBe(7)
    return true
  })
})
