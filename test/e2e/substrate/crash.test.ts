import { cp } from 'node:fs/promises'

import { afterEach, expect, it } from 'vitest'

import type { ClassicMessage } from '../../../src/feeds/index.js'
import { generateNodeIdentity } from '../../../src/roles/index.js'
import type { CuredNode } from '../../support/substrate/cured-nodes.js'
import { CuredNetwork } from '../../support/substrate/cured-nodes.js'
import { PublisherProcess } from '../../support/substrate/publisher-process.js'
import { waitUntil } from '../../support/wait-until.js'

let network = new CuredNetwork()
let publisher: PublisherProcess | undefined
afterEach(async () => {
  await publisher?.kill()
  publisher = undefined
  await network.close()
  network = new CuredNetwork()
})

const ROUNDS = 3

it('D8: three times killed while publishing, a feed neither forks nor loses what was published', async () => {
  const reader = await network.start()
  const options = { path: await network.folder(), keys: generateNodeIdentity(), stack: 'cured' as const }
  const feed = options.keys.id
  reader.substrate.request(feed, true)
  const held = (): number => reader.substrate.tip(feed)?.sequence ?? 0
  let promised = 0

  for (let round = 1; round <= ROUNDS; round++) {
    publisher = await PublisherProcess.start({ ...options, networkKey: reader.networkKey })
    expect(publisher.sequenceAtStart).toBeGreaterThanOrEqual(Math.max(promised, held()))
    await connectTo(reader, publisher)
    publisher.beginPublishing()
    const goal = publisher.sequenceAtStart + 150
    await waitUntil(`round ${round} publishes and replicates`, () => held() >= goal)
    await publisher.kill()
    promised = publisher.published
  }

  publisher = await PublisherProcess.start({ ...options, networkKey: reader.networkKey })
  const { sequenceAtStart } = publisher
  expect(sequenceAtStart).toBeGreaterThanOrEqual(Math.max(promised, held()))
  await connectTo(reader, publisher)
  await waitUntil('the reader holds everything', () => held() === sequenceAtStart)
  const counts = Object.keys(reader.ssb.immediateAdd.counts())
  expect(counts).not.toContain('forked-feed')
  expect(counts).not.toContain('invalid-message')
})

it('killed between the sync of a message and its adding, it comes back with the very message', async () => {
  let addNow = (): void => undefined
  const held = new Promise<void>((resolve) => (addNow = resolve))
  const synced: ClassicMessage[] = []
  const onSigned = async (messages: readonly ClassicMessage[]): Promise<void> => {
    synced.push(...messages)
    await held
  }
  const node = await network.start({ writeAheadLog: { onSigned } })
  const publishing = node.substrate.publish(node.keys, { type: 'test' })
  await waitUntil('it is on disk', () => synced.length === 1)
  // Nobody may see it yet; whoever reads the disk now finds what a kill would have left.
  expect(node.substrate.tip(node.keys.id)).toBeUndefined()
  const left = await network.folder()
  await cp(node.path, left, { recursive: true })
  const again = await network.start({ path: left, keys: node.keys })
  expect(again.ssb.recovery).toMatchObject({ added: 1, ownAdded: 1 })
  expect(await again.substrate.readFeed(node.keys.id, 1, 2)).toEqual(synced)
  addNow()
  expect((await publishing).key).toBe(again.substrate.tip(node.keys.id)?.key)
})

it('D8: the stock stack forgets what a peer has seen', async () => {
  const reader = await network.start()
  const options = { path: await network.folder(), keys: generateNodeIdentity(), stack: 'stock' as const }
  reader.substrate.request(options.keys.id, true)
  const held = (): number => reader.substrate.tip(options.keys.id)?.sequence ?? 0
  publisher = await PublisherProcess.start({ ...options, networkKey: reader.networkKey })
  await connectTo(reader, publisher)
  await waitUntil('the greeting replicates', () => held() === 1)
  publisher.beginPublishing()
  await waitUntil('messages replicate', () => held() >= 20)
  await publisher.kill()
  const seen = held()
  publisher = await PublisherProcess.start({ ...options, networkKey: reader.networkKey })
  expect(publisher.sequenceAtStart).toBeLessThan(seen)
})

const connectTo = (reader: CuredNode, { address }: PublisherProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    reader.ssb.connect(address, (error) => (error ? reject(error) : resolve()))
  })
