import { afterEach, expect, it } from 'vitest'

import type { DiskNotice } from '../../../src/node/ssb.js'
import { connect, CuredNetwork, requestAll } from '../../support/substrate/cured-nodes.js'
import { waitUntil } from '../../support/wait-until.js'

let network = new CuredNetwork()
afterEach(async () => {
  await network.close()
  network = new CuredNetwork()
})

const MESSAGES = 120
const PRUNED = 80

it('a stack whose log was pruned publishes on, and nobody who asks it for what went stands still', async () => {
  const [author, archive] = [await network.start(), await network.start()]
  requestAll([author, archive])
  await connect(archive, author)
  const feed = author.keys.id
  const publish = (count: number, { substrate, keys } = author) =>
    Promise.all(Array.from({ length: count }, () => substrate.publish(keys, { type: 'test' })))
  const published = await publish(MESSAGES)
  await waitUntil('the archive holds all', () => archive.substrate.tip(feed)?.sequence === MESSAGES)
  await network.stop(author)

  const notices: DiskNotice[] = []
  const prune = { height: 7, lanes: new Map([[feed, { upTo: PRUNED, executed: 100 }]]) }
  const { path, keys } = author
  const pruned = await network.start({ path, keys, prune, onNotice: (notice) => notices.push(notice) })
  expect(notices).toMatchObject([{ name: 'log-pruned', facts: { went: PRUNED, kept: MESSAGES - PRUNED } }])
  const { substrate } = pruned
  expect(substrate.pruned(feed)).toEqual({ sequence: PRUNED, key: published[PRUNED - 1]?.key })
  expect(await substrate.readFeed(feed, PRUNED, 10)).toEqual([])
  expect(await substrate.readFeed(feed, PRUNED + 1, 1000)).toHaveLength(MESSAGES - PRUNED)
  expect(await substrate.getByKey(published[0]?.key ?? ('' as never))).toBeUndefined()

  const [next] = await publish(1, pruned)
  expect(next?.sequence).toBe(MESSAGES + 1)
  const late = await network.start()
  requestAll([pruned, archive, late])
  await connect(late, pruned)
  await connect(archive, pruned)
  await waitUntil('the archive goes on', () => archive.substrate.tip(feed)?.sequence === MESSAGES + 1)
  await connect(late, archive)
  await waitUntil(
    'the late one has it from the archive',
    () => late.substrate.tip(feed)?.sequence === MESSAGES + 1,
    20_000,
  )
  await publish(5, pruned)
  await waitUntil('and goes on with the others', () => late.substrate.tip(feed)?.sequence === MESSAGES + 6)
}, 60_000)
